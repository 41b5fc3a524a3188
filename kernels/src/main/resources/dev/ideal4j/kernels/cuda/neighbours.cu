// Targets: sm_80 sm_90a
//
// Finds the k most similar references of each query by cosine, among millions of references, which are read once. The tensor cores
// find candidates (TF32 or bf16), and only these get exact cosines in float32.
//
// Idea: a block processes 128 queries and one part of the references, tile by tile (tile.cuh). The cosines of a tile go to shared
// memory. Two threads for each query read half a row each and keep their best k + slack in a sorted list. On devices whose blocks
// have too little shared memory for that (99 KB on 8.6, 8.9 and 12.0), one thread does it for each query. After the first tiles an
// insertion is rare, k ln(n / k) times in n. The lists are stored with their rough cosines, because exact cosines of all candidates,
// up to 1,280 for each query, would take longer than the products. The second kernel finds, bit by bit, the rough cosine that `most`
// candidates reach. It computes the exact cosines of these in float32 and ranks them by counting. The order of the sums is always
// the same, so that equal references get equal cosines. A reference is missed only if rounding moves it behind `slack` others of
// its list, or behind `most` - k of all candidates.
//
// Floor on an H200 by its datasheet, 1,024 queries, 1,000,000 references of 384: 786 GFLOP are 0.8 ms at 990 TFLOP/s in bf16,
// twice that in TF32; reading the references once is 0.16 ms (bf16) at 4.8 TB/s. Eight blocks share each part, at about the
// same time, so that seven of eight reads should come from the L2 cache.
//
// Versions
//   1  exact cosines of all candidates. Emulated; not run on a GPU.
//   2  of those with the best rough cosines, as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: comparing with the lists' last entries in registers, so that most tiles never reach shared memory; wgmma.
#include "tile.cuh"

static const int PITCH = Tile::SIDE + 1;         // of a row of cosines, in words, so that columns have no bank conflicts
static const int ROW_BYTES = 66048;              // for the cosines of a block
static const int ENTRY_BYTES = 1024;             // for one more entry in one list of each query
static const int MOST_KEPT = 32;                 // entries of a list
static_assert(ROW_BYTES == Tile::SIDE * PITCH * 4 && ROW_BYTES >= Tile::SHARED_BYTES && ENTRY_BYTES == Tile::SIDE * 8,
              "Java reads the numbers");
static const float NO_NUMBER = -3.0f;            // stands for NaN, and is smaller than every cosine
static const float NOTHING = -4.0f;              // an empty entry

// LISTS is the number of lists of each query in a block, 1 or 2.
template <class Element, int LISTS>
__device__ __forceinline__ void candidates(
        const typename Element::Storage* queries, const typename Element::Storage* references, int* found, float* rough,
        int queryCount, int referenceCount, int width, int stride, int part, int kept) {
    float* cosines = (float*)dynamic_shared;
    const int owners = LISTS * Tile::SIDE; // threads that have a list
    float* listed = (float*)(dynamic_shared + Tile::SIDE * PITCH * 4); // (kept, owners)
    int* rows = (int*)(listed + kept * owners);                        // (kept, owners)
    const int bytes = sizeof(typename Element::Storage);
    int query0 = blockIdx.x * Tile::SIDE;
    int first = blockIdx.y * part;
    int end = min(first + part, referenceCount);
    int me = threadIdx.x;
    bool owns = me < owners;
    for (int i = 0; owns && i < kept; i++) {
        listed[i * owners + me] = NOTHING;
        rows[i * owners + me] = -1;
    }
    float last = NOTHING;
    for (int reference0 = first; reference0 < end; reference0 += Tile::SIDE) {
        Accumulators sum;
        tile_product<Element>(
                queries + (i64)query0 * stride, (i64)stride * bytes, queryCount - query0,
                references + (i64)reference0 * stride, (i64)stride * bytes, end - reference0, width * bytes, dynamic_shared, sum);
        __syncthreads(); // The memory of the stages now holds the cosines.
#pragma unroll
        for (int i = 0; i < 4; i++) {
#pragma unroll
            for (int j = 0; j < 4; j++) {
#pragma unroll
                for (int e = 0; e < 4; e++) {
                    cosines[Accumulators::row(i, e) * PITCH + Accumulators::column(j, e)] = sum.at[i][j][e];
                }
            }
        }
        __syncthreads();
        int row = me % Tile::SIDE;
        int column0 = me / Tile::SIDE * (Tile::SIDE / LISTS);
        int columns = owns ? min(end - reference0 - column0, Tile::SIDE / LISTS) : 0;
        for (int column = 0; column < columns; column++) {
            float cosine = cosines[row * PITCH + column0 + column];
            cosine = cosine == cosine ? cosine : NO_NUMBER;
            if (cosine > last) {
                int at = kept - 1;
                for (; at > 0 && listed[(at - 1) * owners + me] < cosine; at--) {
                    listed[at * owners + me] = listed[(at - 1) * owners + me];
                    rows[at * owners + me] = rows[(at - 1) * owners + me];
                }
                listed[at * owners + me] = cosine;
                rows[at * owners + me] = reference0 + column0 + column;
                last = listed[(kept - 1) * owners + me];
            }
        }
        __syncthreads(); // The memory of the cosines holds the stages again.
    }
    int query = query0 + me % Tile::SIDE;
    if (owns && query < queryCount) {
        int list = blockIdx.y * LISTS + me / Tile::SIDE;
        for (int i = 0; i < kept; i++) {
            i64 at = ((i64)query * gridDim.y * LISTS + list) * kept + i;
            found[at] = rows[i * owners + me];
            rough[at] = listed[i * owners + me];
        }
    }
}

// Scales rows to unit length in float32. If `rounded` is not null, also writes them as bf16 rows of the given stride. A norm below
// 1e-12 counts as 1e-12. Grid: rows / 8; Tile::THREADS.
KERNEL(Tile::THREADS) unit_rows(const float* x, float* out, bf16* rounded, int rows, int width, int stride) {
    int row = blockIdx.x * (blockDim.x / 32) + threadIdx.x / 32;
    if (row >= rows) {
        return; // the whole warp
    }
    int lane = threadIdx.x % 32;
    float squares = 0.0f;
    for (int c = lane; c < width; c += 32) {
        float value = x[(i64)row * width + c];
        squares += value * value;
    }
    float norm = sqrtf(warp_sum(squares));
    float length = norm < 1e-12f ? 1e-12f : norm; // NaN stays NaN
    for (int c = lane; c < width; c += 32) {
        out[(i64)row * width + c] = x[(i64)row * width + c] / length;
    }
    if (rounded) {
        for (int c = lane; c < stride; c += 32) {
            rounded[(i64)row * stride + c] = c < width ? to_bf16(x[(i64)row * width + c] / length) : (bf16)0;
        }
    }
}

// Reads unit rows. Writes the rows of the candidates and their rough cosines, (queries, lists * parts, kept). If there are fewer, a
// row is -1. Grid: queries / 128, parts; Tile::THREADS; ROW_BYTES + ENTRY_BYTES * lists * kept of shared memory. Widths and strides
// are multiples of 8 for bf16 and of 4 for TF32. kept is at most MOST_KEPT.
#define CANDIDATES(name, Element, lists)                                                                                \
    KERNEL(Tile::THREADS)                                                                                               \
    name(const Element::Storage* queries, const Element::Storage* references, int* found, float* rough,                \
         int queryCount, int referenceCount, int width, int stride, int part, int kept) {                                               \
        candidates<Element, lists>(                                                                                     \
                queries, references, found, rough, queryCount, referenceCount, width, stride, part, kept);                     \
    }
CANDIDATES(candidates_bf16_2, Bf16, 2)
CANDIDATES(candidates_bf16_1, Bf16, 1)
CANDIDATES(candidates_tf32_2, Tf32, 2)
CANDIDATES(candidates_tf32_1, Tf32, 1)

// Returns an unsigned integer with the order of the floats. x must not be NaN.
__device__ __forceinline__ u32 rank_of(float x) {
    u32 bits = __float_as_uint(x);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

// Returns the sum over a block of BEST_WARPS warps, the same in all threads. `partial` has a word for each warp.
static const int BEST_WARPS = 4;
__device__ __forceinline__ int block_sum(int x, int* partial) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) {
        x += __shfl_xor_sync(0xffffffffu, x, offset);
    }
    if (threadIdx.x % 32 == 0) {
        partial[threadIdx.x / 32] = x;
    }
    __syncthreads();
    int sum = 0;
#pragma unroll
    for (int w = 0; w < BEST_WARPS; w++) {
        sum += partial[w];
    }
    return sum;
}

// Finds the k best candidates of each query by their exact cosines, sorted from the best. Equal cosines are sorted by row. Grid:
// queries; 32 * BEST_WARPS threads; 8 * count bytes of shared memory. count and the number of candidates that are not -1 are at least
// k. The exact cosines of the `most` best candidates are computed, or of more if several have the same rough cosine. most >= k.
KERNEL(32 * BEST_WARPS) best_candidates(
        const float* queries, const float* references, const int* found, const float* rough, float* similarities, int* indices,
        int width, int count, int k, int most) {
    float* cosines = (float*)dynamic_shared;
    int* rows = (int*)(cosines + count);
    __shared__ int partial[2][BEST_WARPS];
    __shared__ int chosen;
    int lane = threadIdx.x % 32;
    const float* query = queries + (i64)blockIdx.x * width;
    found += (i64)blockIdx.x * count;
    rough += (i64)blockIdx.x * count;
    // Finds the largest rank that at least `most` candidates reach. If there are fewer candidates, it is 0, which all reach.
    u32 least = 0;
    for (int bit = 31; bit >= 0 && count > most; bit--) {
        u32 candidate = least | 1u << bit;
        int reach = 0;
        for (int i = threadIdx.x; i < count; i += blockDim.x) {
            reach += rank_of(rough[i]) >= candidate;
        }
        // The sums of two rounds lie in different words, so that one barrier a round is enough.
        least = block_sum(reach, partial[bit & 1]) >= most ? candidate : least;
    }
    if (threadIdx.x == 0) {
        chosen = 0;
    }
    __syncthreads();
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
        if (found[i] >= 0 && rank_of(rough[i]) >= least) {
            rows[atomicAdd(&chosen, 1)] = found[i]; // The order does not matter, because they are ranked below.
        }
    }
    __syncthreads();
    int size = chosen;
    for (int i = threadIdx.x / 32; i < size; i += BEST_WARPS) {
        const float* reference = references + (i64)rows[i] * width;
        float dot = 0.0f;
        for (int c = lane; c < width; c += 32) {
            dot = fmaf(query[c], reference[c], dot);
        }
        dot = warp_sum(dot);
        if (lane == 0) {
            cosines[i] = dot;
        }
    }
    __syncthreads();
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
        float mine = cosines[i];
        bool number = mine == mine;
        int before = 0;
        for (int j = 0; j < size; j++) {
            float other = cosines[j];
            bool otherNumber = other == other;
            before += number && otherNumber ? other > mine || (other == mine && rows[j] < rows[i])
                                            : otherNumber || (!number && rows[j] < rows[i]);
        }
        if (before < k) {
            similarities[(i64)blockIdx.x * k + before] = mine;
            indices[(i64)blockIdx.x * k + before] = rows[i];
        }
    }
}
