// Targets: sm_80 sm_90a
//
// Multi-head attention for heads of width 64 on the tensor cores (bf16 or TF32). The scores stay in registers:
//     out = softmax(q k^T * scale + bias) v. All tensors are float32 in global memory.
//
// Idea (Dao 2023, arXiv 2307.08691): a block of four warps processes 64 queries of one head. It takes 64 keys at a time, with two
// tiles in flight. Each warp has 16 queries, so the scores of a tile are 32 numbers for each thread. The online softmax rescales the
// results so far by the largest score and the sum so far. The probabilities are the left operand of the next product, in the
// registers where they already are. For bf16, two neighbours are packed. For TF32, the operand needs columns t and t + 4 where the
// scores have 2t and 2t + 1. The keys are therefore renumbered within each group of eight, and the values in the same way. There is
// one barrier for each tile. Chunk c of a row in shared memory is at c ^ (row % 8), so that ldmatrix and the reads of single words
// of the values have no bank conflicts.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: 1,025 tokens, 6 heads are 103 GFLOP a layer, 104 us at 990
// TFLOP/s; 403 MB are 84 us at 4.8 TB/s.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: bf16 queries, keys and values from the layer before (bf16 is rounded here, once a block of queries: 17 times for
// 1,025 tokens, out of the L2 cache); 128 queries a block; wgmma.
static const int QUERIES = 64;
static const int THREADS = 128;
#include "attention.cuh"

static const int BYTES_BF16 = 32768; // two tiles of keys and of values
static const int BYTES_TF32 = 65536;
static_assert(BYTES_BF16 == 4 * KEYS * WIDTH * 2 && BYTES_TF32 == 4 * KEYS * WIDTH * 4, "Java reads the numbers");

template <class Element>
struct FloatRows;

// Loads and rounds the rows.
template <>
struct FloatRows<Bf16> {
    typedef float Number;

    static __device__ __forceinline__ void stage(unsigned char* shared, const float* global, int stride, int rows) {
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
};

// Copies the rows asynchronously.
template <>
struct FloatRows<Tf32> {
    typedef float Number;

    static __device__ __forceinline__ void stage(unsigned char* shared, const float* global, int stride, int rows) {
#pragma unroll
        for (int i = 0; i < 8; i++) {
            int row = threadIdx.x / 16 + i * 8;
            int chunk = threadIdx.x % 16;
            bool valid = row < rows;
            copy16(shared + place<Tf32>(row, chunk), valid ? global + (i64)row * stride + chunk * 4 : global, valid);
        }
    }
};

struct FloatOut {
    float* out;
    int queries;

    __device__ __forceinline__ void operator()(
            int row0, int head, const float (*result)[4], const float* inverse, unsigned char*) const {
        int lane = threadIdx.x % 32;
        int width = gridDim.y * WIDTH;
#pragma unroll
        for (int half = 0; half < 2; half++) {
            int row = row0 + lane / 4 + half * 8;
            if (row < queries) {
                float* to = out + ((i64)blockIdx.z * queries + row) * width + head * WIDTH + lane % 4 * 2;
#pragma unroll
                for (int n = 0; n < 8; n++) {
                    *(float2*)(to + n * 8) =
                            make_float2(result[n][half * 2] * inverse[half], result[n][half * 2 + 1] * inverse[half]);
                }
            }
        }
    }
};

// Grid: queries / 64, heads, samples; THREADS; BYTES_BF16 of shared memory. Strides are the distances between rows in elements,
// multiples of 4. Samples follow each other. bias is (samples, heads, keys) or null. out is (samples, queries, heads * 64).
KERNEL(THREADS, 4) attention_bf16(
        const float* q, const float* k, const float* v, const float* bias, float* out, int queries, int keys, int strideQ,
        int strideKV, float scale) {
    attention<Bf16, FloatRows<Bf16>>(
            q, k, v, bias, queries, keys, strideQ, strideKV, scale, FloatOut{out, queries});
}

// As attention_bf16, with BYTES_TF32 of shared memory.
KERNEL(THREADS) attention_tf32(
        const float* q, const float* k, const float* v, const float* bias, float* out, int queries, int keys, int strideQ,
        int strideKV, float scale) {
    attention<Tf32, FloatRows<Tf32>>(
            q, k, v, bias, queries, keys, strideQ, strideKV, scale, FloatOut{out, queries});
}
