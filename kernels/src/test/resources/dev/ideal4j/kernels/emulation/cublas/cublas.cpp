// A cuBLAS of plain loops over the emulated driver, for the products that the CUDA backend gives it. Matrices lie in
// columns, as documented; wrong leading dimensions are refused. Sums are in float64; operands are float32, rounded
// to TF32 if the mode of computation says so, or bf16.
#include <dlfcn.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace {

/** A function of the driver that the process has loaded. */
void* ofDriver(const char* name) {
    static void* driver = dlopen("libcuda.so.1", RTLD_NOW);
    return dlsym(driver, name);
}

auto launchHostFunc() {
    return reinterpret_cast<int (*)(void*, void (*)(void*), void*)>(ofDriver("cuLaunchHostFunc"));
}

auto getDevice() { return reinterpret_cast<int (*)(int*)>(ofDriver("cuCtxGetDevice")); }

enum Status { SUCCESS = 0, NOT_INITIALIZED = 1, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
constexpr int COMPUTE_FLOAT32 = 68;
constexpr int DATA_FLOAT32 = 0;
constexpr int DATA_BF16 = 14;
constexpr int MATH_TF32 = 3;

struct Handle {
    void* stream = nullptr;
    void* workspace = nullptr; // taken away by the choice of a stream
    int math = 0;
};

struct Product {
    bool transposedA, transposedB;
    int m, n, k, samples;
    bool isBf16, isTf32;
    float alpha, beta;
    const char *a, *b;
    float* c;
    int lda, ldb, ldc;
    long long stepA, stepB, stepC;
};

float toTf32(float x) {
    uint32_t bits;
    memcpy(&bits, &x, 4);
    bits = std::isfinite(x) ? (bits + 0x1000u) & 0xffffe000u : bits;
    memcpy(&x, &bits, 4);
    return x;
}

/** Element (i, j) of a matrix in columns. */
double at(const Product& p, const char* x, long long start, bool transposed, int ld, int i, int j) {
    size_t index = static_cast<size_t>(start) + (transposed ? j + static_cast<size_t>(i) * ld : i + static_cast<size_t>(j) * ld);
    float value;
    if (p.isBf16) {
        uint16_t half;
        memcpy(&half, x + 2 * index, 2);
        uint32_t bits = static_cast<uint32_t>(half) << 16;
        memcpy(&value, &bits, 4);
        return value;
    }
    memcpy(&value, x + 4 * index, 4);
    return p.isTf32 ? toTf32(value) : value;
}

void multiply(void* argument) {
    Product& p = *static_cast<Product*>(argument);
    for (int s = 0; s < p.samples; s++) {
        float* c = p.c + s * p.stepC;
        for (int j = 0; j < p.n; j++) {
            for (int i = 0; i < p.m; i++) {
                double sum = 0;
                for (int l = 0; l < p.k; l++) {
                    sum += at(p, p.a, s * p.stepA, p.transposedA, p.lda, i, l) *
                           at(p, p.b, s * p.stepB, p.transposedB, p.ldb, l, j);
                }
                float* to = c + i + static_cast<size_t>(j) * p.ldc;
                *to = static_cast<float>(p.alpha * sum) + (p.beta == 0 ? 0 : p.beta * *to);
            }
        }
    }
    // Not deleted: a graph may run it again.
}

}  // namespace

extern "C" {

int cublasCreate_v2(Handle** handle) {
    int device;
    if (getDevice()(&device) != 0) {
        return NOT_INITIALIZED;
    }
    *handle = new Handle;
    return SUCCESS;
}

int cublasDestroy_v2(Handle* handle) {
    delete handle;
    return SUCCESS;
}

int cublasSetStream_v2(Handle* handle, void* stream) {
    handle->stream = stream;
    handle->workspace = nullptr;
    return SUCCESS;
}

int cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t bytes) {
    handle->workspace = workspace;
    return reinterpret_cast<uintptr_t>(workspace) % 16 == 0 && bytes > 0 ? SUCCESS : INVALID_VALUE;
}

int cublasGetPointerMode_v2(Handle*, int* mode) {
    *mode = 0; // numbers lie on the host
    return SUCCESS;
}

int cublasSetMathMode(Handle* handle, int mode) {
    handle->math = mode;
    return SUCCESS;
}

int cublasGetMathMode(Handle* handle, int* mode) {
    *mode = handle->math;
    return SUCCESS;
}

int cublasGemmStridedBatchedEx(
        Handle* handle, int transA, int transB, int m, int n, int k, const void* alpha, const void* a, int typeA, int lda,
        long long stepA, const void* b, int typeB, int ldb, long long stepB, const void* beta, void* c, int typeC, int ldc,
        long long stepC, int samples, int type, int) {
    if (m < 0 || n < 0 || k < 0 || samples < 0 || lda < std::max(1, transA ? k : m) || ldb < std::max(1, transB ? n : k) ||
        ldc < std::max(1, m) || transA > 1 || transB > 1) {
        return INVALID_VALUE;
    }
    bool isKnown = type == COMPUTE_FLOAT32 && typeA == typeB && (typeA == DATA_FLOAT32 || typeA == DATA_BF16);
    if (!isKnown || typeC != DATA_FLOAT32 || handle->workspace == nullptr) {
        return NOT_SUPPORTED; // without a workspace cuBLAS would allocate, which a capture forbids
    }
    auto* product = new Product{
            transA == 1, transB == 1, m, n, k, samples, typeA == DATA_BF16, handle->math == MATH_TF32,
            *static_cast<const float*>(alpha), *static_cast<const float*>(beta), static_cast<const char*>(a),
            static_cast<const char*>(b), static_cast<float*>(c), lda, ldb, ldc, stepA, stepB, stepC};
    return launchHostFunc()(handle->stream, multiply, product) == 0 ? SUCCESS : EXECUTION_FAILED;
}

}  // extern "C"
