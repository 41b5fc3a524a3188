// A 128 x 128 tile of a product A B^T by 256 threads on the tensor cores, for sm_80 and later. gemm_mma.cu and neighbours.cu use it.
//
// Both operands lie row by row in global memory, and k runs along the rows. Each step copies 64 bytes of every row (32 bf16 or 16 TF32
// numbers) asynchronously, STAGES - 1 steps ahead. Within a stage, the 16-byte chunks of row r are permuted by (r / 2) % 4. The eight
// rows that ldmatrix reads at a time then lie in eight different groups of banks. There are two by four warps, and each holds
// 64 x 32 results.
#pragma once
#include "device.cuh"

struct Tile {
    static const int SIDE = 128; // rows of A, and of B
    static const int THREADS = 256;
    static const int STAGES = 4;
    static const int STEP_BYTES = 64; // of each row in each step
    static const int OPERAND_BYTES = SIDE * STEP_BYTES;
    static const int SHARED_BYTES = 65536;
};
static_assert(Tile::SHARED_BYTES == Tile::STAGES * 2 * Tile::OPERAND_BYTES, "Java reads the number");

// The results of a thread, which are parts of four by four products of 16 x 8.
struct Accumulators {
    float at[4][4][4];

    // Return the row and the column of at[i][j][e] within the tile.
    static __device__ __forceinline__ int row(int i, int e) {
        return threadIdx.x / 128 * 64 + i * 16 + threadIdx.x % 32 / 4 + e / 2 * 8;
    }
    static __device__ __forceinline__ int column(int j, int e) {
        return threadIdx.x / 32 % 4 * 32 + j * 8 + threadIdx.x % 4 * 2 + e % 2;
    }
};

__device__ __forceinline__ int tile_chunk(int row, int chunk) {
    return row * Tile::STEP_BYTES + ((chunk ^ (row >> 1 & 3)) << 4);
}

// Starts the copies for one step of an operand. Rows from `rows` on and chunks from `bytes` on become zeros.
__device__ __forceinline__ void tile_copy(
        unsigned char* shared, const unsigned char* global, i64 stride, int rows, int offset, int bytes) {
    int chunk = threadIdx.x % 4;
    bool inside = offset + chunk * 16 < bytes;
#pragma unroll
    for (int half = 0; half < 2; half++) {
        int row = threadIdx.x / 4 + half * 64;
        bool valid = inside && row < rows;
        copy16(shared + tile_chunk(row, chunk), valid ? global + row * stride + offset + chunk * 16 : global, valid);
    }
}

template <class Element>
__device__ __forceinline__ void tile_multiply(const unsigned char* a, const unsigned char* b, Accumulators& sum) {
    int lane = threadIdx.x % 32;
    int row = threadIdx.x / 128 * 64 + lane % 16;
    int column = threadIdx.x / 32 % 4 * 32 + lane % 8 + lane / 16 * 8;
#pragma unroll
    for (int slice = 0; slice < 2; slice++) {
        u32 left[4][4], right[2][4];
#pragma unroll
        for (int i = 0; i < 4; i++) {
            load_matrices(left[i], a + tile_chunk(row + i * 16, slice * 2 + lane / 16));
        }
#pragma unroll
        for (int j = 0; j < 2; j++) {
            load_matrices(right[j], b + tile_chunk(column + j * 16, slice * 2 + lane / 8 % 2));
        }
#pragma unroll
        for (int word = 0; word < 4; word++) {
#pragma unroll
            for (int i = 0; i < 4; i++) {
                left[i][word] = Element::rounded(left[i][word]);
            }
#pragma unroll
            for (int j = 0; j < 2; j++) {
                right[j][word] = Element::rounded(right[j][word]);
            }
        }
#pragma unroll
        for (int i = 0; i < 4; i++) {
#pragma unroll
            for (int j = 0; j < 4; j++) {
                Element::multiply_add(sum.at[i][j], left[i], right[j / 2] + j % 2 * 2);
            }
        }
    }
}

// sum = A B^T for the tile that begins at a and b. Strides and width are in bytes and multiples of 16. rowsA and rowsB are the numbers
// of rows from there on, which may be more than those of the tile. All threads of the block take part. Afterwards no copy is in
// progress, but a barrier is needed before the shared memory is used otherwise.
template <class Element>
__device__ __forceinline__ void tile_product(
        const void* a, i64 strideA, int rowsA, const void* b, i64 strideB, int rowsB, int bytes, unsigned char* shared,
        Accumulators& sum) {
    const unsigned char* globalA = (const unsigned char*)a;
    const unsigned char* globalB = (const unsigned char*)b;
#pragma unroll
    for (int i = 0; i < 4; i++) {
#pragma unroll
        for (int j = 0; j < 4; j++) {
#pragma unroll
            for (int e = 0; e < 4; e++) {
                sum.at[i][j][e] = 0.0f;
            }
        }
    }
    int steps = (bytes + Tile::STEP_BYTES - 1) / Tile::STEP_BYTES;
    for (int step = 0; step < Tile::STAGES - 1; step++) {
        if (step < steps) {
            unsigned char* stage = shared + step * 2 * Tile::OPERAND_BYTES;
            tile_copy(stage, globalA, strideA, rowsA, step * Tile::STEP_BYTES, bytes);
            tile_copy(stage + Tile::OPERAND_BYTES, globalB, strideB, rowsB, step * Tile::STEP_BYTES, bytes);
        }
        commit_copies();
    }
    for (int step = 0; step < steps; step++) {
        wait_copies<Tile::STAGES - 2>();
        __syncthreads(); // This step has arrived for all threads, and no thread reads the stage that is filled next.
        int next = step + Tile::STAGES - 1;
        if (next < steps) {
            unsigned char* stage = shared + next % Tile::STAGES * 2 * Tile::OPERAND_BYTES;
            tile_copy(stage, globalA, strideA, rowsA, next * Tile::STEP_BYTES, bytes);
            tile_copy(stage + Tile::OPERAND_BYTES, globalB, strideB, rowsB, next * Tile::STEP_BYTES, bytes);
        }
        commit_copies();
        const unsigned char* stage = shared + step % Tile::STAGES * 2 * Tile::OPERAND_BYTES;
        tile_multiply<Element>(stage, stage + Tile::OPERAND_BYTES, sum);
    }
}
