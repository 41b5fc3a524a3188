// Targets: sm_90a
//
// Self attention of a transformer block in bf16 (CudaBlocks) with heads of width 64. It reads the bf16 rows of queries, keys and values
// that block_product_rows writes, and writes bf16 tiles, which the projection reads.
//
// Idea: as in attention.cu, but the input needs no rounding. Asynchronous copies of 16 bytes load the next keys and values during the
// computation of this tile and use no registers. A head is as wide as a tile, so its results are one block of columns. They pass
// through shared memory, and then 8 lanes write the 128 bytes of a row at once.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: 103 GFLOP a layer are 104 us at 990 TFLOP/s; 202 MB are 42 us at 4.8
// TB/s. Keys and values are read once for each 64 queries, 1.7 GB a layer out of the L2 cache.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: 128 queries a block; wgmma.
#include "attention.cuh"
#include "tiles.cuh"

static_assert(DEPTH == WIDTH, "a head is one block of columns");

static const int BYTES = 32768; // two tiles of keys and of values
static_assert(BYTES == 4 * KEYS * WIDTH * 2, "Java reads the number");

struct Bf16Rows {
    typedef bf16 Number;

    static __device__ __forceinline__ void stage(unsigned char* shared, const bf16* global, int stride, int rows) {
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int row = threadIdx.x / 8 + i * 16;
            int chunk = threadIdx.x % 8;
            bool valid = row < rows;
            copy16(shared + place<Bf16>(row, chunk), valid ? global + (i64)row * stride + chunk * 8 : global, valid);
        }
    }
};

struct Tiles {
    bf16* out;
    int tokens;

    __device__ __forceinline__ void operator()(
            int row0, int head, const float (*result)[4], const float* inverse, unsigned char* spare) const {
        int lane = threadIdx.x % 32;
#pragma unroll
        for (int half = 0; half < 2; half++) {
#pragma unroll
            for (int n = 0; n < 8; n++) {
                u32* to = (u32*)(spare + place<Bf16>(lane / 4 + half * 8, n));
                to[lane % 4] = pack_bf16(result[n][half * 2] * inverse[half], result[n][half * 2 + 1] * inverse[half]);
            }
        }
        __syncwarp();
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int line = lane / 8 + i * 4;
            int row = row0 + line;
            if (row < tokens) {
                bf16* to = out + in_tiles(blockIdx.z * tokens + row, head * WIDTH + lane % 8 * 8, gridDim.y);
                *(uint4*)to = *(const uint4*)(spare + place<Bf16>(line, lane % 8));
            }
        }
    }
};

// Grid: tokens / 64, heads, samples; THREADS; BYTES of shared memory. qkv has rows of 3 * 64 * heads, and samples follow each other.
// out is tiles, `heads` blocks side by side.
KERNEL(THREADS, 4) block_attention(const bf16* qkv, bf16* out, int tokens, float scale) {
    int width = gridDim.y * WIDTH;
    attention<Bf16, Bf16Rows>(
            qkv, qkv + width, qkv + 2 * width, nullptr, tokens, tokens, 3 * width, 3 * width, scale, Tiles{out, tokens});
}
