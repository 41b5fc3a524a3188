// bf16 matrices laid out as a warpgroup product reads them: blocks of 128 rows x 64 columns, 16,384 bytes that follow each other, the
// blocks of a block of rows side by side. Within a row of 128 bytes the 16-byte chunks are permuted by the row's number modulo 8.
#pragma once
#include "device.cuh"

static const int SIDE = 128; // rows of a block
static const int DEPTH = 64; // columns of a block
static const int BLOCK_BYTES = SIDE * DEPTH * 2;

// Where an element lies in a matrix that is `across` blocks wide. Columns 8 n to 8 n + 7 follow each other.
__device__ __forceinline__ i64 in_tiles(u32 row, u32 column, u32 across) {
    u32 block = row / SIDE * across + column / DEPTH;
    u32 chunk = column % DEPTH / 8 ^ row % 8;
    return (i64)block * (SIDE * DEPTH) + row % SIDE * DEPTH + chunk * 8 + column % 8;
}
