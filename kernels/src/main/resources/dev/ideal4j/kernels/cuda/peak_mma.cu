// Targets: sm_80 sm_90a
//
// Measures what gemm_mma.cu, attention.cu and neighbours.cu can reach at best: tensor-core products whose operands never
// leave the registers. For measurements alone; no operation uses it.
//
// Idea: eight independent accumulators a warp hide the latency of a product. All operands are 1, so every result is known:
// 16 times (bf16) or 8 times (TF32) `rounds`.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "device.cuh"

// Each warp does rounds * 8 products of 16 x 8 by SLICE; a thread adds up what it holds.
template <class Element>
__device__ __forceinline__ void peak(float* out, int rounds, u32 ones) {
    float sum[8][4];
#pragma unroll
    for (int i = 0; i < 8; i++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            sum[i][e] = 0.0f;
        }
    }
    u32 a[4] = {ones, ones, ones, ones};
    u32 b[2] = {ones, ones};
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

// Grid: any; 256 threads, a result each.
KERNEL(256) peak_bf16(float* out, int rounds) { peak<Bf16>(out, rounds, 0x3f803f80u); }
KERNEL(256) peak_tf32(float* out, int rounds) { peak<Tf32>(out, rounds, 0x3f800000u); }
