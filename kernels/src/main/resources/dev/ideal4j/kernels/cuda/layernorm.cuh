// LayerNorm of a row by a warp. The row is in registers, with four neighbouring numbers in each lane. The kernel decides how the
// results are stored.
#pragma once
#include "device.cuh"

static const int ROWS = 8;      // of a block, each by a warp
static const int THREADS = 256; // of a block
static_assert(THREADS == 32 * ROWS, "Java reads the numbers");

// Calls store(row, column, four results) for the results of each row. All pointers are multiples of 16, and width of 4.
template <int PARTS, class Store>
__device__ __forceinline__ void layernorm(
        const float* x, const float* gamma, const float* beta, float eps, int rows, int width, const Store& store) {
    int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (row >= rows) {
        return; // the whole warp
    }
    int lane = threadIdx.x % 32;
    x += (i64)row * width;
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
            store(row, column,
                  make_float4(
                          (part[i].x - mean) * inverse * g.x + b.x, (part[i].y - mean) * inverse * g.y + b.y,
                          (part[i].z - mean) * inverse * g.z + b.z, (part[i].w - mean) * inverse * g.w + b.w));
        }
    }
}
