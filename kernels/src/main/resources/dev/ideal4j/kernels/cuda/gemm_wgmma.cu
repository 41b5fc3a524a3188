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
#include "epilogue.cuh"
#include "wgmma.cuh"

static const int SIDE = 128;
static const int DEPTH = 64; // columns of a block
static const int BLOCK_BYTES = SIDE * DEPTH * 2;
static const int STAGES = 3;
static const int CONSUMERS = 8; // warps
static const int THREADS = 288;
static const int SHARED_BYTES = 98352;
static_assert(THREADS == 32 * (CONSUMERS + 1), "Java reads the number");
static_assert(SHARED_BYTES == STAGES * 2 * BLOCK_BYTES + STAGES * 2 * 8, "Java reads the number");

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
        int chunk = column / 8 ^ (row & 7);
        *(u32*)(tiles + row * DEPTH + chunk * 8 + column % 8) = pack_bf16(low, high);
    }
}

// Grid: column blocks * row blocks; THREADS; SHARED_BYTES. steps is the width in blocks.
KERNEL(THREADS, 2) gemm_wgmma(
        const bf16* a, const bf16* b, float* out, int rows, int columns, int steps, const float* bias, const float* scale,
        const float* residual, int residualRows, int activation) {
    u64* full = (u64*)(dynamic_shared + STAGES * 2 * BLOCK_BYTES);
    u64* empty = full + STAGES;
    if (threadIdx.x == 0) {
        for (int stage = 0; stage < STAGES; stage++) {
            barrier_init(full + stage, 1);
            barrier_init(empty + stage, CONSUMERS);
        }
        barrier_init_fence();
    }
    __syncthreads();
    int across = (columns + SIDE - 1) / SIDE;
    int rowBlock = (int)blockIdx.x / across;
    int columnBlock = (int)blockIdx.x % across;
    int warp = threadIdx.x / 32;
    int lane = threadIdx.x % 32;
    float sum[64];
#pragma unroll
    for (int i = 0; i < 64; i++) {
        sum[i] = 0.0f;
    }
    if (warp == CONSUMERS) {
        if (lane == 0) {
            const bf16* blockA = a + (i64)rowBlock * steps * (SIDE * DEPTH);
            const bf16* blockB = b + (i64)columnBlock * steps * (SIDE * DEPTH);
            for (int step = 0; step < steps; step++) {
                int stage = step % STAGES;
                unsigned char* to = dynamic_shared + stage * 2 * BLOCK_BYTES;
                if (step >= STAGES) {
                    barrier_wait(empty + stage, (step / STAGES - 1) & 1);
                }
                barrier_arrive_expect(full + stage, 2 * BLOCK_BYTES);
                bulk_copy(to, blockA + (i64)step * (SIDE * DEPTH), BLOCK_BYTES, full + stage);
                bulk_copy(to + BLOCK_BYTES, blockB + (i64)step * (SIDE * DEPTH), BLOCK_BYTES, full + stage);
            }
        }
    } else {
        int half = warp / 4; // this warpgroup's rows
#pragma unroll 1 // an unrolled loop moves sums to other registers while products write them, which serialises the products
        for (int step = 0; step < steps; step++) {
            int stage = step % STAGES;
            const unsigned char* left = dynamic_shared + stage * 2 * BLOCK_BYTES + half * (BLOCK_BYTES / 2);
            const unsigned char* right = dynamic_shared + stage * 2 * BLOCK_BYTES + BLOCK_BYTES;
            barrier_wait(full + stage, step / STAGES & 1);
            warpgroup_fence();
#pragma unroll
            for (int k = 0; k < DEPTH; k += 16) {
                warpgroup_multiply_add<SIDE>(sum, matrix_descriptor(left + k * 2), matrix_descriptor(right + k * 2));
            }
            warpgroup_commit();
            warpgroup_wait<1>(); // the whole warp's products of the step before are done
            if (step > 0 && lane == 0) {
                barrier_arrive(empty + (step - 1) % STAGES);
            }
        }
        warpgroup_wait<0>();
    }
    __syncthreads(); // the stages become the results
    float* tile = (float*)dynamic_shared;
    if (warp < CONSUMERS) {
#pragma unroll
        for (int j = 0; j < SIDE / 8; j++) {
#pragma unroll
            for (int e = 0; e < 4; e += 2) {
                *(float2*)(tile + staged(warp * 16 + lane / 4 + e / 2 * 8, j * 8 + lane % 4 * 2)) =
                        make_float2(sum[j * 4 + e], sum[j * 4 + e + 1]);
            }
        }
    }
    __syncthreads();
    if (warp < CONSUMERS) {
        Epilogue epilogue = {bias, scale, residual, residualRows, activation};
        store_tile(tile, epilogue, out, rowBlock * SIDE, rows, columnBlock * SIDE, columns);
    }
}
