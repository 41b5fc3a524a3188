// The layout of bf16 matrices that warpgroup products read. A block of 128 rows x 64 columns is 16,384 contiguous bytes, and the blocks
// of the same 128 rows follow each other. Within a row of 128 bytes, the 16-byte chunks are permuted by the row number modulo 8.
#pragma once
#include "device.cuh"

static const int SIDE = 128; // rows of a block
static const int DEPTH = 64; // columns of a block
static const int BLOCK_BYTES = SIDE * DEPTH * 2;

// Returns the place of an element in a matrix that is `across` blocks wide. Columns 8 n to 8 n + 7 are contiguous.
__device__ __forceinline__ i64 in_tiles(u32 row, u32 column, u32 across) {
    u32 block = row / SIDE * across + column / DEPTH;
    u32 chunk = column % DEPTH / 8 ^ row % 8;
    return (i64)block * (SIDE * DEPTH) + row % SIDE * DEPTH + chunk * 8 + column % 8;
}
