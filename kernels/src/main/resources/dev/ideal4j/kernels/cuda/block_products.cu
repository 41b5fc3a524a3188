// Targets: sm_90a
//
// The two products of a transformer block in bf16 (CudaBlocks) whose results are bf16. One gives queries, keys and values, and the
// other is the first product of the MLP. The other two products of a block write the float32 residual stream by gemm_wgmma.
//
// Idea: as in gemm_wgmma.cu, but the previous kernel writes the operand as tiles, and the result is rounded when it is stored. It is
// stored as rows for attention, or as tiles for the second product of the MLP. Sums are float32 until then. A warp stores a row of
// 128 results, which is 256 bytes, or 128 bytes in each of two tiles.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: queries, keys and values 58 GFLOP are 59 us at 990 TFLOP/s, 202 MB
// are 42 us at 4.8 TB/s; the MLP's 77 GFLOP are 78 us, 253 MB are 53 us. The L2 cache bounds both, as gemm_wgmma.cu says.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "product_wgmma.cuh"

// Finishes and rounds the results and stores them as rows or as tiles. columns is a multiple of 64.
template <bool TILES>
struct Rounded {
    Epilogue epilogue;
    bf16* out;
    int rows;
    int columns;

    __device__ __forceinline__ void operator()(const float* tile, int row0, int column0) const {
        int lane_column = threadIdx.x % 32 * 4;
        int column = column0 + lane_column;
        if (column >= columns) {
            return;
        }
        for (int line = threadIdx.x / 32; line < SIDE && row0 + line < rows; line += CONSUMERS) {
            int row = row0 + line;
            float4 x = *(const float4*)(tile + staged(line, lane_column));
            i64 to = TILES ? in_tiles(row, column, columns / DEPTH) : (i64)row * columns + column;
            u32 low = pack_bf16(epilogue.finish(x.x, row, column, columns), epilogue.finish(x.y, row, column + 1, columns));
            u32 high =
                    pack_bf16(epilogue.finish(x.z, row, column + 2, columns), epilogue.finish(x.w, row, column + 3, columns));
            *(uint2*)(out + to) = make_uint2(low, high);
        }
    }
};

// out: rows x columns. Grid: column blocks * row blocks; THREADS; SHARED_BYTES. steps is the width in blocks, columns a
// multiple of 64.
KERNEL(THREADS, 2) block_product_rows(
        const bf16* a, const bf16* b, bf16* out, int rows, int columns, int steps, const float* bias, int activation) {
    Rounded<false> store = {{bias, nullptr, nullptr, 1, activation}, out, rows, columns};
    product(a, b, (columns + SIDE - 1) / SIDE, steps, store);
}

// As block_product_rows; out: tiles, columns / 64 blocks side by side.
KERNEL(THREADS, 2) block_product_tiles(
        const bf16* a, const bf16* b, bf16* out, int rows, int columns, int steps, const float* bias, int activation) {
    Rounded<true> store = {{bias, nullptr, nullptr, 1, activation}, out, rows, columns};
    product(a, b, (columns + SIDE - 1) / SIDE, steps, store);
}
