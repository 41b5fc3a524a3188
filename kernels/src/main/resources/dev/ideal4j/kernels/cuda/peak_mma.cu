// Targets: sm_80 sm_90a
//
// Measures the upper limit of gemm_mma.cu, attention.cu and neighbours.cu, by tensor-core products whose operands stay in registers.
// It is only for measurements, and no operation uses it.
//
// Idea: each warp has eight independent accumulators, which hide the latency of a product. The operands are random, because the clock
// rate falls with the power that they need. Each accumulator gets the same products.
//
// Versions
//   1  all operands 1.
//   2  random operands, as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "peak.cuh"

// Each warp does rounds * 8 products of 16 x 8 by SLICE. Each thread adds up its results.
template <class Element, u32 (*random)(u32)>
__device__ __forceinline__ void peak(float* out, int rounds) {
    float sum[8][4];
#pragma unroll
    for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            sum[i][e] = 0.0f;
        }
    }
    u32 lane = threadIdx.x % 32;
    u32 a[4] = {random(lane), random(32 + lane), random(64 + lane), random(96 + lane)};
    u32 b[2] = {random(128 + lane), random(160 + lane)};
    for (int round = 0; round < rounds; round++) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            Element::multiply_add(sum[i], a, b);
        }
    }
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < 8; i++) {
        total += (sum[i][0] + sum[i][1]) + (sum[i][2] + sum[i][3]);
    }
    out[blockIdx.x * blockDim.x + threadIdx.x] = total / 32.0f;
}

// Grid: any; 256 threads, each with a result.
KERNEL(256) peak_bf16(float* out, int rounds) { peak<Bf16, random_bf16_pair>(out, rounds); }
KERNEL(256) peak_tf32(float* out, int rounds) { peak<Tf32, random_tf32>(out, rounds); }
