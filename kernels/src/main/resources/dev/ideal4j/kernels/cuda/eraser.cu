// Targets: sm_80 sm_90a
//
// The local PCA of the Normal Variation Eraser in one kernel. For each target row and its k neighbours, it computes everything from
// gathering the neighbours to the clean residual in float32. LocalPca in Java has the formulas.
//
// Idea: a block of four warps processes a target. The k weighted, centred neighbours X stay in shared memory. A warp computes one
// entry of the Gram matrix at a time. One warp runs cyclic Jacobi on the k x k matrix, with k / 2 disjoint rotations at a time in
// round-robin order. A direction is u = X^T v, and each thread computes it again for its own columns instead of storing it. Norms and
// projections are computed from the directions, because small ones computed from the Gram matrix would be lost by cancellation.
//
// Floor on an H200 by its datasheet, 1,024 targets of 384, k = 12: gathering moves 19 MB out of the L2 cache, 3 MB to and
// from memory; 90 MFLOP. A launch of a few microseconds.
//
// Versions
//   1  as it stands. Compiled and emulated; not yet run on a GPU, nothing measured.
// To try: a warp a target with the Gram matrix by tensor cores; rows of X in registers.
#include "device.cuh"

static const int MAX_NEIGHBOURS = 16;
static const int ERASER_WARPS = 4;
static const int THREADS = 128;
static_assert(THREADS == 32 * ERASER_WARPS, "Java reads the number");
static const int SWEEPS = 10;
static const float WEIGHT_EPS = 1e-12f;
static const float EIGENVALUE_EPS = 1e-8f;
static const float EIGENVALUE_NOISE = 1e-6f;
static const float NORM_EPS = 1e-12f;
static const float CONVERGED = 1e-7f; // An off-diagonal entry below this share of its diagonal entries is rounding noise.

// Computes one of the size / 2 pairs of a round. Each pair occurs once in size - 1 rounds. size is even.
__device__ __forceinline__ void round_robin(int size, int round, int index, int& p, int& q) {
    int first = index == 0 ? size - 1 : (round + index) % (size - 1);
    int second = (round + size - 1 - index) % (size - 1);
    p = min(first, second);
    q = max(first, second);
}

// Diagonalises the symmetric matrix a of the given even size. The columns of v become its eigenvectors. One warp calls it.
__device__ __forceinline__ void jacobi(
        float (*a)[MAX_NEIGHBOURS + 1], float (*v)[MAX_NEIGHBOURS + 1], float* cosine, float* sine, int size) {
    int lane = threadIdx.x % 32;
    int pairs = size / 2;
    for (int i = lane; i < size * size; i += 32) {
        v[i / size][i % size] = i / size == i % size ? 1.0f : 0.0f;
    }
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        int rotated = 0;
        for (int round = 0; round < size - 1; round++) {
            if (lane < pairs) {
                int p, q;
                round_robin(size, round, lane, p, q);
                float c = 1.0f, s = 0.0f;
                float off = a[p][q];
                if (fabsf(off) > CONVERGED * sqrtf(fabsf(a[p][p] * a[q][q]))) {
                    // The smaller of the two rotations that make the entry zero (Golub and Van Loan, section 8.5.2).
                    float theta = (a[q][q] - a[p][p]) / (2.0f * off);
                    float t = 1.0f / (fabsf(theta) + sqrtf(theta * theta + 1.0f));
                    t = theta < 0.0f ? -t : t;
                    c = 1.0f / sqrtf(t * t + 1.0f);
                    s = t * c;
                    rotated = 1;
                }
                cosine[lane] = c;
                sine[lane] = s;
            }
            __syncwarp();
            for (int i = lane; i < pairs * size; i += 32) { // rows
                int p, q;
                round_robin(size, round, i / size, p, q);
                float c = cosine[i / size], s = sine[i / size];
                float x = a[p][i % size], y = a[q][i % size];
                a[p][i % size] = c * x - s * y;
                a[q][i % size] = s * x + c * y;
            }
            __syncwarp();
            for (int i = lane; i < pairs * size; i += 32) { // columns, and those of the eigenvectors
                int p, q;
                round_robin(size, round, i / size, p, q);
                float c = cosine[i / size], s = sine[i / size];
                float x = a[i % size][p], y = a[i % size][q];
                a[i % size][p] = c * x - s * y;
                a[i % size][q] = s * x + c * y;
                x = v[i % size][p];
                y = v[i % size][q];
                v[i % size][p] = c * x - s * y;
                v[i % size][q] = s * x + c * y;
            }
            __syncwarp();
        }
        if (!__any_sync(0xffffffffu, rotated)) {
            break;
        }
    }
}

// Grid: targets; THREADS; (k + 1) * width * 4 bytes of shared memory. k is at most 16, rank at most k.
KERNEL(THREADS) erase(
        const float* targets, const float* references, const float* similarities, const int* indices, float* out, int width,
        int k, int rank, float strength) {
    float* x = (float*)dynamic_shared;  // (k, width): weighted, centred neighbours
    float* residual = x + k * width;
    __shared__ float gram[MAX_NEIGHBOURS][MAX_NEIGHBOURS + 1];
    __shared__ float vectors[MAX_NEIGHBOURS][MAX_NEIGHBOURS + 1];
    __shared__ float cosine[MAX_NEIGHBOURS / 2], sine[MAX_NEIGHBOURS / 2];
    __shared__ int chosen[MAX_NEIGHBOURS]; // columns of vectors, largest eigenvalue first
    __shared__ int chosenCount, broken;
    __shared__ float partial[MAX_NEIGHBOURS][2][ERASER_WARPS];
    int lane = threadIdx.x % 32;
    int warp = threadIdx.x / 32;
    i64 row = blockIdx.x;

    // Every thread computes the same weights.
    float weight[MAX_NEIGHBOURS];
    float top = -infinity();
    for (int i = 0; i < k; i++) {
        top = fmaxf(top, similarities[row * k + i]);
    }
    float total = 0.0f;
#pragma unroll
    for (int i = 0; i < MAX_NEIGHBOURS; i++) {
        weight[i] = i < k ? expf(similarities[row * k + i] - top) : 0.0f;
        total += weight[i];
    }
    if (threadIdx.x == 0) {
        broken = 0;
    }
    __syncthreads();

    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float near[MAX_NEIGHBOURS];
        float centre = 0.0f;
#pragma unroll
        for (int i = 0; i < MAX_NEIGHBOURS; i++) {
            near[i] = i < k ? references[(i64)indices[row * k + i] * width + c] : 0.0f;
            centre += weight[i] / total * near[i];
        }
#pragma unroll
        for (int i = 0; i < MAX_NEIGHBOURS; i++) {
            if (i < k) {
                x[i * width + c] = sqrtf(weight[i] / total + WEIGHT_EPS) * (near[i] - centre);
            }
        }
        float d = targets[row * width + c] - centre;
        residual[c] = d;
        if (!(fabsf(d) < infinity())) {
            broken = 1;
        }
    }
    __syncthreads();

    int size = k + k % 2; // An added row and column of zeros make the size even.
    for (int entry = warp; entry < size * (size + 1) / 2; entry += ERASER_WARPS) {
        int j = 0;
        while ((j + 1) * (j + 2) / 2 <= entry) {
            j++;
        }
        int i = entry - j * (j + 1) / 2;
        float dot = 0.0f;
        if (j < k) {
            for (int c = lane; c < width; c += 32) {
                dot += x[i * width + c] * x[j * width + c];
            }
        }
        dot = warp_sum(dot);
        if (lane == 0) {
            gram[i][j] = dot;
            gram[j][i] = dot;
        }
    }
    __syncthreads();

    if (warp == 0) {
        jacobi(gram, vectors, cosine, sine, size);
        if (lane == 0) {
            unsigned taken = 0;
            float largest = 0.0f;
            int count = 0;
            while (count < rank) {
                int best = -1;
                for (int i = 0; i < k; i++) { // The added row of zeros is never rotated and stays last.
                    if (!(taken >> i & 1) && (best < 0 || gram[i][i] > gram[best][best])) {
                        best = i;
                    }
                }
                if (best < 0) {
                    break;
                }
                largest = count == 0 ? gram[best][best] : largest;
                if (!(gram[best][best] > EIGENVALUE_NOISE * largest)) {
                    break;
                }
                taken |= 1u << best;
                chosen[count++] = best;
            }
            chosenCount = count;
        }
    }
    __syncthreads();

    int directions = chosenCount;
    for (int r = 0; r < directions; r++) {
        int column = chosen[r];
        float norm = 0.0f, dot = 0.0f;
        for (int c = threadIdx.x; c < width; c += blockDim.x) {
            float u = 0.0f;
            for (int i = 0; i < k; i++) {
                u += x[i * width + c] * vectors[i][column];
            }
            norm += u * u;
            dot += u * residual[c];
        }
        norm = warp_sum(norm);
        dot = warp_sum(dot);
        if (lane == 0) {
            partial[r][0][warp] = norm;
            partial[r][1][warp] = dot;
        }
    }
    __syncthreads();

    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float clean = residual[c];
        for (int r = 0; r < directions; r++) {
            int column = chosen[r];
            float norm = 0.0f, dot = 0.0f, u = 0.0f;
#pragma unroll
            for (int w = 0; w < ERASER_WARPS; w++) {
                norm += partial[r][0][w];
                dot += partial[r][1][w];
            }
            for (int i = 0; i < k; i++) {
                u += x[i * width + c] * vectors[i][column];
            }
            // One factor for u / sqrt(eigenvalue + eps) and its norm, which is at least NORM_EPS.
            float least = NORM_EPS * sqrtf(gram[column][column] + EIGENVALUE_EPS);
            float length = fmaxf(sqrtf(norm), least);
            clean -= strength * (dot / length) * (u / length);
        }
        out[row * width + c] = broken ? __uint_as_float(0x7fc00000u) : clean;
    }
}
