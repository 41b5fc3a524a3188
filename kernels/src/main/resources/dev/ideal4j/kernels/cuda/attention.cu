// Targets: sm_80 sm_90a
//
// Multi-head attention for heads of width 64 on the tensor cores (bf16 or TF32), the scores never leaving registers:
//     out = softmax(q k^T * scale + bias) v, all tensors float32 in global memory.
//
// Idea (Dao 2023, arXiv 2307.08691): a block of four warps takes 64 queries of one head and walks over the keys, 64 at a
// time, two tiles in flight. Each warp owns 16 queries: the scores of a tile are 32 numbers a thread; running maximum and
// sum rescale the results so far (online softmax). The probabilities are the next product's left operand as they lie in the
// registers: for bf16 two neighbours are packed; for TF32, whose operand wants columns t and t + 4 where the scores have 2t
// and 2t + 1, the keys are renumbered within each eight, in the values alike. One barrier a tile. Within a row of shared
// memory chunk c lies at c ^ (row % 8), which keeps ldmatrix and the values' single words free of bank conflicts.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: 1,025 tokens, 6 heads are 103 GFLOP a layer, 104 us at 990
// TFLOP/s; 403 MB are 84 us at 4.8 TB/s.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: bf16 queries, keys and values from the layer before (bf16 is rounded here, once a block of queries: 17 times for
// 1,025 tokens, out of the L2 cache); 128 queries a block; wgmma.
#include "device.cuh"

static const int WIDTH = 64;
static const int QUERIES = 64;
static const int KEYS = 64;
static const int THREADS = 128;
static const int BYTES_BF16 = 32768; // two tiles of keys and of values
static const int BYTES_TF32 = 65536;
static_assert(BYTES_BF16 == 4 * KEYS * WIDTH * 2 && BYTES_TF32 == 4 * KEYS * WIDTH * 4, "Java reads the numbers");
static const float LOG2_E = 1.4426950408889634f;

// Where 16-byte chunk `chunk` of a row lies.
template <class Element>
__device__ __forceinline__ int place(int row, int chunk) {
    return row * (WIDTH * (int)sizeof(typename Element::Storage)) + ((chunk ^ (row & 7)) << 4);
}

// Brings 64 rows of 64 numbers to shared memory; rows from `rows` on become zeros. Rounded at once for bf16, copied
// asynchronously for TF32.
template <class Element>
__device__ __forceinline__ void stage_rows(unsigned char* shared, const float* global, int stride, int rows);

template <>
__device__ __forceinline__ void stage_rows<Bf16>(unsigned char* shared, const float* global, int stride, int rows) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        int row = threadIdx.x / 8 + i * 16;
        int chunk = threadIdx.x % 8;
        float4 low = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
        float4 high = low;
        if (row < rows) {
            const float4* from = (const float4*)(global + (i64)row * stride + chunk * 8);
            low = from[0];
            high = from[1];
        }
        uint4 packed = make_uint4(
                pack_bf16(low.x, low.y), pack_bf16(low.z, low.w), pack_bf16(high.x, high.y), pack_bf16(high.z, high.w));
        *(uint4*)(shared + place<Bf16>(row, chunk)) = packed;
    }
}

template <>
__device__ __forceinline__ void stage_rows<Tf32>(unsigned char* shared, const float* global, int stride, int rows) {
#pragma unroll
    for (int i = 0; i < 8; i++) {
        int row = threadIdx.x / 16 + i * 8;
        int chunk = threadIdx.x % 16;
        bool valid = row < rows;
        copy16(shared + place<Tf32>(row, chunk), valid ? global + (i64)row * stride + chunk * 4 : global, valid);
    }
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

// Over the four lanes that share a row.
__device__ __forceinline__ float row_max(float x) {
    x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 1));
    return fmaxf(x, __shfl_xor_sync(0xffffffffu, x, 2));
}
__device__ __forceinline__ float row_sum(float x) {
    x += __shfl_xor_sync(0xffffffffu, x, 1);
    return x + __shfl_xor_sync(0xffffffffu, x, 2);
}

template <class Element>
__device__ __forceinline__ void attention(
        const float* q, const float* k, const float* v, const float* bias, float* out, int queries, int keys, int strideQ,
        int strideKV, float scale) {
    const int tile = KEYS * WIDTH * sizeof(typename Element::Storage);
    const int slices = WIDTH / Element::SLICE;
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    int heads = gridDim.y;
    int width = heads * WIDTH;
    int query0 = blockIdx.x * QUERIES;
    q += ((i64)blockIdx.z * queries + query0) * strideQ + blockIdx.y * WIDTH;
    k += (i64)blockIdx.z * keys * strideKV + blockIdx.y * WIDTH;
    v += (i64)blockIdx.z * keys * strideKV + blockIdx.y * WIDTH;
    out += ((i64)blockIdx.z * queries + query0) * width + blockIdx.y * WIDTH;
    if (bias) {
        bias += ((i64)blockIdx.z * heads + blockIdx.y) * keys;
    }

    // The queries pass through what will be the second tile's place, into registers.
    stage_rows<Element>(dynamic_shared + 2 * tile, q, strideQ, queries - query0);
    stage_rows<Element>(dynamic_shared, k, strideKV, keys);
    stage_rows<Element>(dynamic_shared + tile, v, strideKV, keys);
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
    float total[2] = {0.0f, 0.0f};             // this lane's share
    float base[2];                             // top, or 0 while all keys so far are excluded by -infinity
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
        __syncthreads(); // this tile has arrived for all, and all have left the other one
        if (step + 1 < tiles) {
            unsigned char* next = dynamic_shared + (step + 1) % 2 * 2 * tile;
            i64 key = (i64)(step + 1) * KEYS;
            stage_rows<Element>(next, k + key * strideKV, strideKV, keys - (int)key);
            stage_rows<Element>(next + tile, v + key * strideKV, strideKV, keys - (int)key);
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
                    p[n][e] = bias ? score + bias[key] : score; // rounded before the maximum is taken away
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

#pragma unroll
    for (int half = 0; half < 2; half++) {
        float inverse = 1.0f / row_sum(total[half]);
        int row = warp * 16 + lane / 4 + half * 8;
        if (query0 + row < queries) {
#pragma unroll
            for (int n = 0; n < 8; n++) {
                float2 pair = make_float2(result[n][half * 2] * inverse, result[n][half * 2 + 1] * inverse);
                *(float2*)(out + (i64)row * width + n * 8 + lane % 4 * 2) = pair;
            }
        }
    }
}

// Grid: queries / 64, heads, samples; THREADS; BYTES_BF16 of shared memory. Strides are between rows, in elements,
// multiples of 4; samples follow each other. bias is (samples, heads, keys) or null; out is (samples, queries, heads * 64).
KERNEL(THREADS, 4) attention_bf16(
        const float* q, const float* k, const float* v, const float* bias, float* out, int queries, int keys, int strideQ,
        int strideKV, float scale) {
    attention<Bf16>(q, k, v, bias, out, queries, keys, strideQ, strideKV, scale);
}

// As attention_bf16, with BYTES_TF32 of shared memory.
KERNEL(THREADS) attention_tf32(
        const float* q, const float* k, const float* v, const float* bias, float* out, int queries, int keys, int strideQ,
        int strideKV, float scale) {
    attention<Tf32>(q, k, v, bias, out, queries, keys, strideQ, strideKV, scale);
}
