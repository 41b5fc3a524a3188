// Targets: sm_80 sm_90a
//
// LayerNorm: out = (x - mean) / sqrt(variance + eps) * gamma + beta. LayerScale and residual, which come before it in a
// transformer block, are in the epilogue of the product that they follow.
//
// Idea: a warp a row, the row in registers as four numbers a lane at a time, mean and then variance by shuffles: each byte is
// read once and written once, and there is no barrier. The portable kernel reads a row three times, a block a row.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64 (65,600 rows of 384): 202 MB are 42 us at 4.8 TB/s.
//
// Versions
//   1  with LayerScale and residual before it and a copy in bf16 after it. Emulated; nothing called it.
//   2  LayerNorm alone, as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
#include "device.cuh"

static const int ROWS = 8;      // of a block, a warp each
static const int THREADS = 256; // of a block
static_assert(THREADS == 32 * ROWS, "Java reads the numbers");

template <int PARTS>
__device__ __forceinline__ void layernorm(
        const float* x, const float* gamma, const float* beta, float eps, float* out, int rows, int width) {
    int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (row >= rows) {
        return; // the whole warp
    }
    int lane = threadIdx.x % 32;
    x += (i64)row * width;
    out += (i64)row * width;
    float4 part[PARTS];
    float sum = 0.0f;
#pragma unroll
    for (int i = 0; i < PARTS; i++) {
        int column = (i * 32 + lane) * 4;
        part[i] = column < width ? *(const float4*)(x + column) : make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        sum += (part[i].x + part[i].y) + (part[i].z + part[i].w);
    }
    float mean = warp_sum(sum) / width;
    float squares = 0.0f;
#pragma unroll
    for (int i = 0; i < PARTS; i++) {
        if ((i * 32 + lane) * 4 < width) {
            float a = part[i].x - mean, b = part[i].y - mean, c = part[i].z - mean, d = part[i].w - mean;
            squares += (a * a + b * b) + (c * c + d * d);
        }
    }
    float inverse = 1.0f / sqrtf(warp_sum(squares) / width + eps);
#pragma unroll
    for (int i = 0; i < PARTS; i++) {
        int column = (i * 32 + lane) * 4;
        if (column < width) {
            float4 g = *(const float4*)(gamma + column);
            float4 b = *(const float4*)(beta + column);
            *(float4*)(out + column) = make_float4(
                    (part[i].x - mean) * inverse * g.x + b.x, (part[i].y - mean) * inverse * g.y + b.y,
                    (part[i].z - mean) * inverse * g.z + b.z, (part[i].w - mean) * inverse * g.w + b.w);
        }
    }
}

// layernorm_N takes rows of up to 128 N numbers, a multiple of 4; all pointers are multiples of 16. out may be x. Grid:
// rows / ROWS; THREADS.
#define LAYERNORM(parts)                                                                                                \
    (const float* x, const float* gamma, const float* beta, float eps, float* out, int rows, int width) {               \
        layernorm<parts>(x, gamma, beta, eps, out, rows, width);                                                        \
    }
KERNEL(THREADS) layernorm_3 LAYERNORM(3)
KERNEL(THREADS) layernorm_6 LAYERNORM(6)
KERNEL(THREADS) layernorm_8 LAYERNORM(8)
KERNEL(THREADS) layernorm_12 LAYERNORM(12)
