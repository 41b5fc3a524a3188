// Finishes a result of a linear layer before it is stored: out = residual + scale * f(value + bias).
#pragma once
#include "device.cuh"

struct Epilogue {
    const float* bias;     // (columns) or null
    const float* scale;    // (columns) or null: LayerScale
    const float* residual; // (residualRows, columns) or null; its rows repeat; may be the same memory as the output
    int residualRows;
    int activation; // the ordinal of Activation in Java

    __device__ __forceinline__ float activated(float x) const {
        switch (activation) {
            case 1: // exact GELU
                return 0.5f * x * (1.0f + erff(x * 0.70710678118654752f));
            case 2: // ReLU; NaN stays NaN
                return x < 0.0f ? 0.0f : x;
            case 3: // sigmoid
                return 1.0f / (1.0f + expf(-x));
            case 4: // quick GELU
                return x / (1.0f + expf(-1.702f * x));
            case 5: // ReLU6; NaN stays NaN
                return x < 0.0f ? 0.0f : x > 6.0f ? 6.0f : x;
            case 0: // none
                return x;
            default: // An activation that is missing here gives NaN, so that a trial fails.
                return __uint_as_float(0x7fc00000u);
        }
    }

    __device__ __forceinline__ float finish(float value, int row, int column, int columns) const {
        if (bias) {
            value += bias[column];
        }
        value = activated(value);
        if (scale) {
            value *= scale[column];
        }
        if (residual) {
            value += residual[(i64)(row % residualRows) * columns + column];
        }
        return value;
    }
};

// Returns the word of a result in a 128 x 128 tile in shared memory. Groups of eight columns are permuted. Therefore neither
// writing in the order of the tensor cores (pairs, four rows for each half of a warp) nor reading (rows, four words for each lane)
// has bank conflicts.
__device__ __forceinline__ int staged(int row, int column) { return row * 128 + (column ^ (row & 3) << 3); }

// Stores a staged tile. A warp stores a row, and each lane four columns. The first 256 threads take part.
__device__ __forceinline__ void store_tile(
        const float* tile, const Epilogue& epilogue, float* out, int row0, int rows, int column0, int columns) {
    int lane_column = threadIdx.x % 32 * 4;
    int column = column0 + lane_column;
    bool whole = columns % 4 == 0;
    for (int line = threadIdx.x / 32; line < 128 && row0 + line < rows; line += 8) {
        int row = row0 + line;
        float4 x = *(const float4*)(tile + staged(line, lane_column));
        float* to = out + (i64)row * columns + column;
        if (column + 3 < columns) {
            x.x = epilogue.finish(x.x, row, column, columns);
            x.y = epilogue.finish(x.y, row, column + 1, columns);
            x.z = epilogue.finish(x.z, row, column + 2, columns);
            x.w = epilogue.finish(x.w, row, column + 3, columns);
            if (whole) {
                *(float4*)to = x;
            } else {
                to[0] = x.x;
                to[1] = x.y;
                to[2] = x.z;
                to[3] = x.w;
            }
        } else {
            if (column < columns) {
                to[0] = epilogue.finish(x.x, row, column, columns);
            }
            if (column + 1 < columns) {
                to[1] = epilogue.finish(x.y, row, column + 1, columns);
            }
            if (column + 2 < columns) {
                to[2] = epilogue.finish(x.z, row, column + 2, columns);
            }
        }
    }
}
