// Targets: sm_90a
//
// block_attention.cu with 128 queries a block.
//
// Idea: eight warps share each tile of keys and values, so that a block copies half as many for each query. A multiprocessor holds as
// many warps as with 64 queries, in half as many blocks, so more warps wait at each barrier. Each warp computes as before, so the
// results have the same bits.
//
// Floor on an H200 by its datasheet, ViT-S/14 at batch 64: as that of block_attention.cu. Keys and values are read once for each 128
// queries, 0.9 GB a layer out of the L2 cache in place of 1.7 GB.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
static const int QUERIES = 128;
static const int THREADS = 256;
#include "block_attention.cuh"

// Grid: tokens / QUERIES, heads, samples; THREADS; BYTES of shared memory. qkv has rows of 3 * 64 * heads, and samples follow each
// other. out is tiles, `heads` blocks side by side.
KERNEL(THREADS, 2) block_attention_128(const bf16* qkv, bf16* out, int tokens, float scale) {
    block_attention_of(qkv, out, tokens, scale);
}
