// Targets: sm_90a
//
// Measures the upper limit of gemm_wgmma.cu, by warpgroup products of tiles that are in shared memory from the start. It is only for
// measurements, and no operation uses it.
//
// Idea: a block has two warpgroups with 64 x 128 results each. There are 32 products between two waits, so that the waits take little
// time. The operands are random, because the clock rate falls with the power that they need.
//
// Versions
//   1  all operands 1.
//   2  random operands, as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "peak.cuh"
#include "wgmma.cuh"

// Grid: any; 256 threads, each with a result; 32,768 bytes of shared memory. Each warpgroup does rounds * 32 products of 64 x 128
// by 16.
KERNEL(256) peak_wgmma(float* out, int rounds) {
    const int tile_bytes = 128 * 128; // 128 rows of 64 bf16
    for (int i = threadIdx.x; i < 2 * tile_bytes / 4; i += 256) {
        ((u32*)dynamic_shared)[i] = random_bf16_pair(i);
    }
#if !defined(IDEAL4J_EMULATED)
    asm volatile("fence.proxy.async.shared::cta;" ::: "memory"); // the products read what these stores wrote
#endif
    __syncthreads();
    const unsigned char* left = dynamic_shared + threadIdx.x / 128 * (tile_bytes / 2);
    const unsigned char* right = dynamic_shared + tile_bytes;
    float sum[64];
#pragma unroll
    for (int i = 0; i < 64; i++) {
        sum[i] = 0.0f;
    }
    for (int round = 0; round < rounds; round++) {
        warpgroup_fence();
        for (int pass = 0; pass < 8; pass++) {
#pragma unroll
            for (int k = 0; k < 64; k += 16) {
                warpgroup_multiply_add<128>(sum, matrix_descriptor(left + k * 2), matrix_descriptor(right + k * 2));
            }
        }
        warpgroup_commit();
        warpgroup_wait<0>();
    }
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < 64; i++) {
        total += sum[i];
    }
    out[blockIdx.x * 256 + threadIdx.x] = total / 64.0f;
}
