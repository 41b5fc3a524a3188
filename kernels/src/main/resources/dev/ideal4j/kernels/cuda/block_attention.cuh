// Where block_attention.cu and block_attention_128.cu read rows and write results.
#pragma once
#include "attention.cuh"
#include "tiles.cuh"

static_assert(DEPTH == WIDTH, "a head is one block of columns");

struct Bf16Rows {
    typedef bf16 Number;

    static __device__ __forceinline__ void stage(unsigned char* shared, const bf16* global, int stride, int rows) {
#pragma unroll
        for (int i = 0; i < KEYS * 8 / THREADS; i++) {
            int row = threadIdx.x / 8 + i * (THREADS / 8);
            int chunk = threadIdx.x % 8;
            bool valid = row < rows;
            copy16(shared + place<Bf16>(row, chunk), valid ? global + (i64)row * stride + chunk * 8 : global, valid);
        }
    }
};

struct Tiles {
    bf16* out;
    int tokens;

    __device__ __forceinline__ void operator()(
            int row0, int head, const float (*result)[4], const float* inverse, unsigned char* spare) const {
        int lane = threadIdx.x % 32;
#pragma unroll
        for (int half = 0; half < 2; half++) {
#pragma unroll
            for (int n = 0; n < 8; n++) {
                u32* to = (u32*)(spare + place<Bf16>(lane / 4 + half * 8, n));
                to[lane % 4] = pack_bf16(result[n][half * 2] * inverse[half], result[n][half * 2 + 1] * inverse[half]);
            }
        }
        __syncwarp();
#pragma unroll
        for (int i = 0; i < 4; i++) {
            int line = lane / 8 + i * 4;
            int row = row0 + line;
            if (row < tokens) {
                bf16* to = out + in_tiles(blockIdx.z * tokens + row, head * WIDTH + lane % 8 * 8, gridDim.y);
                *(uint4*)to = *(const uint4*)(spare + place<Bf16>(line, lane % 8));
            }
        }
    }
};

static const int BYTES = 32768; // two tiles of keys and of values
static_assert(BYTES == 4 * KEYS * WIDTH * 2, "Java reads the number");

__device__ __forceinline__ void block_attention_of(const bf16* qkv, bf16* out, int tokens, float scale) {
    int width = gridDim.y * WIDTH;
    attention<Bf16, Bf16Rows>(
            qkv, qkv + width, qkv + 2 * width, nullptr, tokens, tokens, 3 * width, 3 * width, scale, Tiles{out, tokens});
}
