// Targets: sm_90a
//
// Linear layers in bf16 on Hopper's warpgroup products, the epilogue fused: out = residual + scale * f(A B^T + bias).
//
// Idea: the driver API that JCuda binds has no tensor maps, so the operands are laid out beforehand just as wgmma reads
// them: blocks of 128 rows x 64 columns, 16,384 bytes that follow each other, chunks permuted within each row of 128 bytes.
// Weights are packed once, activations by rows_to_tiles on each call. One plain bulk copy then brings a whole block. Thread
// 0 of the ninth warp keeps three stages of two blocks filled; two warpgroups hold 64 x 128 results each and keep one group
// of products in flight. Full and empty stages are counted by barriers in shared memory; nothing else synchronises. Two
// blocks fit a multiprocessor, so that one's epilogue hides behind the other's products, which matters with k = 384: six
// steps in all.
//
// Floor: as in gemm_mma.cu; 128 x 128 x 64 a step needs 32 KB from the L2 cache for 2.1 MFLOP.
//
// Versions
//   1  with the loop over the steps left to the compiler, which unrolled it: the PTX compiler of CUDA 12.6 serialised the
//      products (C7515), that of 13.0 did not.
//   2  not unrolled, as it stands. Compiled without that warning and emulated; not yet run on a GPU, nothing measured.
// To try: 128 x 256 tiles; more registers for the products, fewer for the copies (setmaxnreg); a persistent grid; activations
// written as tiles by the layer before.
#include "product_wgmma.cuh"

// Rows of float32 to blocks of bf16, padded with zeros on both sides: (rows / 128, columns / 64) blocks, both rounded up.
// Grid: column blocks * row blocks; 256 threads.
KERNEL(256) rows_to_tiles(const float* x, bf16* tiles, int rows, int width) {
    int across = (width + DEPTH - 1) / DEPTH;
    int rowBlock = (int)blockIdx.x / across;
    int columnBlock = (int)blockIdx.x % across;
    tiles += (i64)blockIdx.x * (SIDE * DEPTH);
    for (int i = threadIdx.x; i < SIDE * DEPTH / 2; i += blockDim.x) {
        int row = i / (DEPTH / 2);
        int column = i % (DEPTH / 2) * 2;
        i64 fromRow = (i64)rowBlock * SIDE + row;
        int fromColumn = columnBlock * DEPTH + column;
        const float* from = x + fromRow * width + fromColumn;
        float low = fromRow < rows && fromColumn < width ? from[0] : 0.0f;
        float high = fromRow < rows && fromColumn + 1 < width ? from[1] : 0.0f;
        *(u32*)(tiles + in_tiles(row, column, 1)) = pack_bf16(low, high);
    }
}

struct FloatRows {
    Epilogue epilogue;
    float* out;
    int rows;
    int columns;

    __device__ __forceinline__ void operator()(const float* tile, int row0, int column0) const {
        store_tile(tile, epilogue, out, row0, rows, column0, columns);
    }
};

// Grid: column blocks * row blocks; THREADS; SHARED_BYTES. steps is the width in blocks.
KERNEL(THREADS, 2) gemm_wgmma(
        const bf16* a, const bf16* b, float* out, int rows, int columns, int steps, const float* bias, const float* scale,
        const float* residual, int residualRows, int activation) {
    FloatRows store = {{bias, scale, residual, residualRows, activation}, out, rows, columns};
    product(a, b, (columns + SIDE - 1) / SIDE, steps, store);
}
