// The loop of a product A B^T by warpgroup products. Both operands lie in tiles (tiles.cuh), and a block computes 128 x 128 results.
// The kernel decides how they are stored.
#pragma once
#include "epilogue.cuh"
#include "tiles.cuh"
#include "wgmma.cuh"

static const int STAGES = 3;
static const int CONSUMERS = 8; // warps
static const int THREADS = 288;
static const int SHARED_BYTES = 98352;
static_assert(THREADS == 32 * (CONSUMERS + 1), "Java reads the number");
static_assert(SHARED_BYTES == STAGES * 2 * BLOCK_BYTES + STAGES * 2 * 8, "Java reads the number");

// Calls store(tile, row0, column0) in the first 256 threads, where staged() gives the places within the tile. steps is the width of
// A and of B in blocks, and across is the number of blocks of results in a row of blocks. All threads of the block take part.
template <class Store>
__device__ __forceinline__ void product(const bf16* a, const bf16* b, int across, int steps, const Store& store) {
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
        int half = warp / 4; // the rows of this warpgroup
#pragma unroll 1 // An unrolled loop would move sums to other registers while products write them, which serialises the products.
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
            warpgroup_wait<1>(); // The products of the previous step are done for the whole warp.
            if (step > 0 && lane == 0) {
                barrier_arrive(empty + (step - 1) % STAGES);
            }
        }
        warpgroup_wait<0>();
    }
    __syncthreads(); // The memory of the stages now holds the results.
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
        store(tile, rowBlock * SIDE, columnBlock * SIDE);
    }
}
