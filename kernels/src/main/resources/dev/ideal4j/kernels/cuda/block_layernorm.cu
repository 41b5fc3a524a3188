// Targets: sm_90a
//
// LayerNorm of a transformer block in bf16 (CudaBlocks). It reads float32 rows and writes bf16 tiles, which the next product reads.
//
// Idea: as in layernorm.cu. A lane holds four neighbouring columns, which are half a chunk of a tile, so that 16 lanes write the 128
// bytes of a row of a tile. Rows of the last tile that are not in the matrix are not written, because a row of a product does not
// depend on other rows.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64 (65,600 rows of 384): 151 MB are 31 us at 4.8 TB/s.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "layernorm.cuh"
#include "tiles.cuh"

struct Tiles {
    bf16* out;
    int across;

    __device__ __forceinline__ void operator()(int row, int column, float4 four) const {
        *(uint2*)(out + in_tiles(row, column, across)) = make_uint2(pack_bf16(four.x, four.y), pack_bf16(four.z, four.w));
    }
};

// block_layernorm_N takes rows of up to 128 N numbers, a multiple of 64; all pointers are multiples of 16. Grid: rows / ROWS;
// THREADS.
#define LAYERNORM(parts)                                                                                                \
    (const float* x, const float* gamma, const float* beta, float eps, bf16* out, int rows, int width) {                \
        layernorm<parts>(x, gamma, beta, eps, rows, width, Tiles{out, width / DEPTH});                                  \
    }
KERNEL(THREADS) block_layernorm_3 LAYERNORM(3)
KERNEL(THREADS) block_layernorm_6 LAYERNORM(6)
KERNEL(THREADS) block_layernorm_8 LAYERNORM(8)
KERNEL(THREADS) block_layernorm_12 LAYERNORM(12)
