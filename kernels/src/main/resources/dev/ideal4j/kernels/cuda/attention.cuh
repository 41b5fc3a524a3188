// Attention for heads of width 64 on the tensor cores. The scores stay in registers. The kernel decides where the rows come from and
// where the results go. The file that includes this one defines QUERIES, of which each warp has 16, and THREADS.
#pragma once
#include "device.cuh"

static const int WIDTH = 64;
static const int KEYS = 64;
static_assert(THREADS == 2 * QUERIES && QUERIES % KEYS == 0 && QUERIES <= 2 * KEYS, "the queries fill one or two tiles");
static const float LOG2_E = 1.4426950408889634f;

// Returns the place of the 16-byte chunk `chunk` of a row, in bytes.
template <class Element>
__device__ __forceinline__ int place(int row, int chunk) {
    return row * (WIDTH * (int)sizeof(typename Element::Storage)) + ((chunk ^ (row & 7)) << 4);
}

// result (16 queries x 64) += probabilities (16 x 64 keys) values (64 keys x 64).
template <class Element>
__device__ __forceinline__ void add_values(float result[8][4], const float p[8][4], const unsigned char* values);

template <>
__device__ __forceinline__ void add_values<Bf16>(float result[8][4], const float p[8][4], const unsigned char* values) {
    int lane = threadIdx.x % 32;
#pragma unroll
    for (int k = 0; k < 4; k++) {
        u32 left[4] = {
                pack_bf16(p[2 * k][0], p[2 * k][1]), pack_bf16(p[2 * k][2], p[2 * k][3]),
                pack_bf16(p[2 * k + 1][0], p[2 * k + 1][1]), pack_bf16(p[2 * k + 1][2], p[2 * k + 1][3])};
#pragma unroll
        for (int n = 0; n < 4; n++) {
            u32 right[4];
            load_matrices_transposed(right, values + place<Bf16>(k * 16 + lane % 16, n * 2 + lane / 16));
            multiply_add_bf16(result[2 * n], left, right);
            multiply_add_bf16(result[2 * n + 1], left, right + 2);
        }
    }
}

template <>
__device__ __forceinline__ void add_values<Tf32>(float result[8][4], const float p[8][4], const unsigned char* values) {
    int group = threadIdx.x % 32 / 4;
    int pair = threadIdx.x % 4;
#pragma unroll
    for (int k = 0; k < 8; k++) {
        u32 left[4] = {to_tf32(p[k][0]), to_tf32(p[k][2]), to_tf32(p[k][1]), to_tf32(p[k][3])};
#pragma unroll
        for (int n = 0; n < 8; n++) {
            int column = n * 8 + group;
            u32 right[2];
#pragma unroll
            for (int i = 0; i < 2; i++) {
                int place_of = place<Tf32>(k * 8 + pair * 2 + i, column / 4) + column % 4 * 4;
                right[i] = to_tf32(*(const float*)(values + place_of));
            }
            multiply_add_tf32(result[n], left, right);
        }
    }
}

// The maximum and the sum over the four lanes that share a row.
__device__ __forceinline__ float row_max(float x) {
    x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 1));
    return fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 2));
}
__device__ __forceinline__ float row_sum(float x) {
    x += __shfl_xor_sync(0xffffffffu, x, 1);
    return x + __shfl_xor_sync(0xffffffffu, x, 2);
}

// Rows defines the type of the rows in global memory, and copies 64 rows of 64 numbers to shared memory. Rows after the last become
// zeros. store(row, head, result, inverse, spare) receives the results of the 16 queries of a warp. result[n][2 half + e] times
// inverse[half] of a lane belongs to query row + lane / 4 + 8 half and column 8 n + 2 (lane % 4) + e. spare is 2,048 bytes of shared
// memory that only this warp uses.
template <class Element, class Rows, class Store>
__device__ __forceinline__ void attention(
        const typename Rows::Number* q, const typename Rows::Number* k, const typename Rows::Number* v, const float* bias,
        int queries, int keys, int strideQ, int strideKV, float scale, const Store& store) {
    const int tile = KEYS * WIDTH * sizeof(typename Element::Storage);
    const int slices = WIDTH / Element::SLICE;
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    int heads = gridDim.y;
    int query0 = blockIdx.x * QUERIES;
    q += ((i64)blockIdx.z * queries + query0) * strideQ + blockIdx.y * WIDTH;
    k += (i64)blockIdx.z * keys * strideKV + blockIdx.y * WIDTH;
    v += (i64)blockIdx.z * keys * strideKV + blockIdx.y * WIDTH;
    if (bias) {
        bias += ((i64)blockIdx.z * heads + blockIdx.y) * keys;
    }

    // The queries go to registers. On the way they use the memory of the second tile of keys and of values.
#pragma unroll
    for (int first = 0; first < QUERIES; first += KEYS) {
        int left = queries - query0 - first;
        Rows::stage(dynamic_shared + (2 + first / KEYS) * tile, left > 0 ? q + (i64)first * strideQ : q, strideQ, left);
    }
    Rows::stage(dynamic_shared, k, strideKV, keys);
    Rows::stage(dynamic_shared + tile, v, strideKV, keys);
    commit_copies();
    wait_copies<0>();
    __syncthreads();
    u32 query[slices][4];
#pragma unroll
    for (int slice = 0; slice < slices; slice++) {
        load_matrices(query[slice], dynamic_shared + 2 * tile + place<Element>(warp * 16 + lane % 16, slice * 2 + lane / 16));
#pragma unroll
        for (int word = 0; word < 4; word++) {
            query[slice][word] = Element::rounded(query[slice][word]);
        }
    }

    float result[8][4];
    float top[2] = {-infinity(), -infinity()}; // of rows lane / 4 and lane / 4 + 8
    float total[2] = {0.0f, 0.0f};             // the part of this lane
    float base[2];                             // top, or 0 if a bias of -infinity excludes all keys so far
#pragma unroll
    for (int n = 0; n < 8; n++) {
#pragma unroll
        for (int e = 0; e < 4; e++) {
            result[n][e] = 0.0f;
        }
    }
    int tiles = (keys + KEYS - 1) / KEYS;
    for (int step = 0; step < tiles; step++) {
        wait_copies<0>();
        __syncthreads(); // This tile has arrived for all threads, and no thread reads the other tile any more.
        if (step + 1 < tiles) {
            unsigned char* next = dynamic_shared + (step + 1) % 2 * 2 * tile;
            i64 key = (i64)(step + 1) * KEYS;
            Rows::stage(next, k + key * strideKV, strideKV, keys - (int)key);
            Rows::stage(next + tile, v + key * strideKV, strideKV, keys - (int)key);
        }
        commit_copies();
        const unsigned char* keyTile = dynamic_shared + step % 2 * 2 * tile;

        float p[8][4];
#pragma unroll
        for (int n = 0; n < 8; n++) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                p[n][e] = 0.0f;
            }
        }
#pragma unroll
        for (int slice = 0; slice < slices; slice++) {
#pragma unroll
            for (int n = 0; n < 4; n++) {
                u32 right[4];
                int row = n * 16 + lane % 8 + lane / 16 * 8;
                load_matrices(right, keyTile + place<Element>(row, slice * 2 + lane / 8 % 2));
#pragma unroll
                for (int word = 0; word < 4; word++) {
                    right[word] = Element::rounded(right[word]);
                }
                Element::multiply_add(p[2 * n], query[slice], right);
                Element::multiply_add(p[2 * n + 1], query[slice], right + 2);
            }
        }

        float highest[2] = {top[0], top[1]};
#pragma unroll
        for (int n = 0; n < 8; n++) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                int key = step * KEYS + n * 8 + lane % 4 * 2 + e % 2;
                if (key < keys) {
                    float score = p[n][e] * scale;
                    p[n][e] = bias ? score + bias[key] : score; // rounded before the maximum is subtracted
                } else {
                    p[n][e] = -infinity();
                }
                highest[e / 2] = fmaxf(highest[e / 2], p[n][e]);
            }
        }
#pragma unroll
        for (int half = 0; half < 2; half++) {
            highest[half] = row_max(highest[half]);
            base[half] = highest[half] == -infinity() ? 0.0f : highest[half];
            float rescale = exp2_fast((top[half] - base[half]) * LOG2_E);
            top[half] = highest[half];
            total[half] *= rescale;
#pragma unroll
            for (int n = 0; n < 8; n++) {
                result[n][half * 2] *= rescale;
                result[n][half * 2 + 1] *= rescale;
            }
        }
#pragma unroll
        for (int n = 0; n < 8; n++) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                p[n][e] = exp2_fast((p[n][e] - base[e / 2]) * LOG2_E);
                total[e / 2] += p[n][e];
            }
        }
        add_values<Element>(result, p, keyTile + tile);
    }

    float inverse[2] = {1.0f / row_sum(total[0]), 1.0f / row_sum(total[1])};
    // No warp reads the tile that is not the last, and no copy to it is in progress.
    store(query0 + warp * 16, blockIdx.y, result, inverse, dynamic_shared + tiles % 2 * 2 * tile + warp * 2048);
}
