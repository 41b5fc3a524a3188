// Targets: sm_90a
//
// Linear layers in bf16 by Hopper's warpgroup products, with a fused epilogue: out = residual + scale * f(A B^T + bias).
//
// Idea: JCuda's binding of the driver has no tensor maps. The operands are therefore first laid out as wgmma reads them (tiles.cuh):
// blocks of 128 rows x 64 columns, which are 16,384 contiguous bytes, with the chunks of each row of 128 bytes permuted. Weights are
// packed once, and rows_to_tiles packs activations in each call. One plain bulk copy then copies a whole block. Thread 0 of the ninth
// warp keeps three stages of two blocks filled. Two warpgroups hold 64 x 128 results each and keep one group of products in flight.
// Barriers in shared memory count full and empty stages, and there is no other synchronisation. Two blocks fit a multiprocessor, so
// that the epilogue of one runs during the products of the other. This matters with k = 384, which is only six steps.
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

// Rounds rows of float32 to blocks of bf16 and pads rows and columns with zeros. There are (rows / 128, columns / 64) blocks, both
// rounded up.
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
