// Targets: sm_80 sm_90a
//
// Linear layers and products A B^T in bf16 or TF32 on the tensor cores of sm_80 and later, with a fused epilogue:
//     out = residual + scale * f(A B^T + bias). Sums and results are float32.
//
// Idea: a block computes one tile of 128 x 128 (tile.cuh), with four stages of asynchronous copies and one barrier for each step of
// 64 bytes. rows_to_bf16 rounds bf16 operands before, weights once and activations in each call. This moves 6 bytes for each
// element in addition to the product. TF32 reads float32 in place and rounds it in registers, so nothing is packed. The results
// pass through shared memory, so that they are finished and stored in units of 16 bytes.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: rows 65,600, columns 1,536, k 384 are 77 GFLOP, 78 us at 990
// TFLOP/s; 554 MB are 115 us at 4.8 TB/s. The layer is bound by its float32 result.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: bf16 results for the layer after (half the bytes that bound it); weights rounded to TF32 when packed (8 of the 24
// cvt a slice fall away); 128 x 256 tiles for wide layers.
#include "epilogue.cuh"
#include "tile.cuh"

template <class Element>
__device__ __forceinline__ void gemm(
        const typename Element::Storage* a, const typename Element::Storage* b, float* out, int rows, int columns, int k,
        int strideA, int strideB, i64 sampleA, i64 sampleB, const Epilogue& epilogue) {
    const int bytes = sizeof(typename Element::Storage);
    int across = (columns + Tile::SIDE - 1) / Tile::SIDE;
    int row0 = (int)blockIdx.x / across * Tile::SIDE;
    int column0 = (int)blockIdx.x % across * Tile::SIDE;
    a += blockIdx.z * sampleA + (i64)row0 * strideA;
    b += blockIdx.z * sampleB + (i64)column0 * strideB;
    out += blockIdx.z * ((i64)rows * columns);
    Accumulators sum;
    tile_product<Element>(
            a, (i64)strideA * bytes, rows - row0, b, (i64)strideB * bytes, columns - column0, k * bytes, dynamic_shared, sum);
    __syncthreads(); // The memory of the stages now holds the results.
    float* tile = (float*)dynamic_shared;
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int e = 0; e < 4; e += 2) {
                *(float2*)(tile + staged(Accumulators::row(i, e), Accumulators::column(j, e))) =
                        make_float2(sum.at[i][j][e], sum.at[i][j][e + 1]);
            }
        }
    }
    __syncthreads();
    store_tile(tile, epilogue, out, row0, rows, column0, columns);
}

// Rounds rows of float32 to bf16 and pads them with zeros. Grid: rows. stride >= width, a multiple of 8.
KERNEL(256) rows_to_bf16(const float* x, bf16* out, int width, int stride) {
    x += (i64)blockIdx.x * width;
    out += (i64)blockIdx.x * stride;
    for (int column = threadIdx.x; column < stride; column += blockDim.x) {
        out[column] = column < width ? to_bf16(x[column]) : (bf16)0;
    }
}

// Grid: columns / 128 * rows / 128 in x, because y is limited to 65,535, and samples in z; Tile::THREADS, Tile::SHARED_BYTES. k,
// strides (in elements) and the distances between samples are multiples of 8 for bf16 and of 4 for TF32. Elements between k and the
// stride are not read.
KERNEL(Tile::THREADS, 2) gemm_bf16(
        const bf16* a, const bf16* b, float* out, int rows, int columns, int k, int strideA, int strideB, i64 sampleA,
        i64 sampleB, const float* bias, const float* scale, const float* residual, int residualRows, int activation) {
    Epilogue epilogue = {bias, scale, residual, residualRows, activation};
    gemm<Bf16>(a, b, out, rows, columns, k, strideA, strideB, sampleA, sampleB, epilogue);
}

KERNEL(Tile::THREADS, 2) gemm_tf32(
        const float* a, const float* b, float* out, int rows, int columns, int k, int strideA, int strideB, i64 sampleA,
        i64 sampleB, const float* bias, const float* scale, const float* residual, int residualRows, int activation) {
    Epilogue epilogue = {bias, scale, residual, residualRows, activation};
    gemm<Tf32>(a, b, out, rows, columns, k, strideA, strideB, sampleA, sampleB, epilogue);
}
