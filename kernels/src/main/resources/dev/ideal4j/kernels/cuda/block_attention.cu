// Targets: sm_90a
//
// Self attention of a transformer block in bf16 (CudaBlocks) with heads of width 64. It reads the bf16 rows of queries, keys and values
// that block_product_rows writes, and writes bf16 tiles, which the projection reads.
//
// Idea: as in attention.cu, but the input needs no rounding. Asynchronous copies of 16 bytes load the next keys and values during the
// computation of this tile and use no registers. A head is as wide as a tile, so its results are one block of columns. They pass
// through shared memory, and then 8 lanes write the 128 bytes of a row at once.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: 103 GFLOP a layer are 104 us at 990 TFLOP/s; 202 MB are 42 us at 4.8
// TB/s. Keys and values are read once for each 64 queries, 1.7 GB a layer out of the L2 cache.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: wgmma. block_attention_128.cu has 128 queries a block.
static const int QUERIES = 64;
static const int THREADS = 128;
#include "block_attention.cuh"

// Grid: tokens / QUERIES, heads, samples; THREADS; BYTES of shared memory. qkv has rows of 3 * 64 * heads, and samples follow each
// other. out is tiles, `heads` blocks side by side.
KERNEL(THREADS, 4) block_attention(const bf16* qkv, bf16* out, int tokens, float scale) {
    block_attention_of(qkv, out, tokens, scale);
}
