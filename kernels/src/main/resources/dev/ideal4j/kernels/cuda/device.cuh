// Functions of the CUDA-only kernels: bf16 and TF32 numbers, asynchronous copies, and tensor cores (sm_80 and later). It includes no
// header, so that NVRTC compiles it without include paths. If IDEAL4J_EMULATED is defined, the emulation of the tests defines the
// same functions.
#pragma once

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;
typedef unsigned short bf16; // the upper half of a float32

#if defined(IDEAL4J_EMULATED)
#define KERNEL(...) extern "C" void
#include "tensorcores.h"
#else
#define KERNEL(...) extern "C" __global__ void __launch_bounds__(__VA_ARGS__)

extern __shared__ __align__(1024) unsigned char dynamic_shared[]; // The launch sets its size.

__device__ __forceinline__ u32 shared_address(const void* p) { return (u32)__cvta_generic_to_shared(p); }

// Starts a copy of 16 bytes from global to shared memory, or of 16 zero bytes if not valid. Both addresses are multiples of 16.
__device__ __forceinline__ void copy16(void* shared, const void* global, bool valid) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(shared_address(shared)), "l"(global),
                 "r"(valid ? 16 : 0)
                 : "memory");
}

// Ends a group, which has all copies started since the previous group.
__device__ __forceinline__ void commit_copies() { asm volatile("cp.async.commit_group;" ::: "memory"); }

// Waits until all groups of this thread but the latest N have arrived.
template <int N>
__device__ __forceinline__ void wait_copies() {
    asm volatile("cp.async.wait_group %0;" ::"n"(N) : "memory");
}

// Loads four 8x8 matrices of 16-bit elements. Lane i passes the address of row i % 8 of matrix i / 8 (16 bytes). It gets elements
// 2 * (lane % 4) and 2 * (lane % 4) + 1 of row lane / 4 of each matrix.
__device__ __forceinline__ void load_matrices(u32* r, const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}

// As load_matrices, but each matrix is transposed.
__device__ __forceinline__ void load_matrices_transposed(u32* r, const void* row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0,%1,%2,%3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(shared_address(row))
                 : "memory");
}

// d (16x8, float32) += a (16x16, bf16) b (16x8, bf16).
__device__ __forceinline__ void multiply_add_bf16(float* d, const u32* a, const u32* b) {
    asm volatile(
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// d (16x8, float32) += a (16x8, TF32) b (8x8, TF32).
__device__ __forceinline__ void multiply_add_tf32(float* d, const u32* a, const u32* b) {
    asm volatile(
        "mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
        : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}

// Rounds to the nearest number with 10 fraction bits, and ties away from zero.
__device__ __forceinline__ u32 to_tf32(float x) {
    u32 bits;
    asm("cvt.rna.tf32.f32 %0, %1;" : "=r"(bits) : "f"(x));
    return bits;
}

// Rounds two numbers to bf16, to the nearest even, and packs them in one word.
__device__ __forceinline__ u32 pack_bf16(float low, float high) {
    u32 bits;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(bits) : "f"(high), "f"(low));
    return bits;
}

// 2^x with an error of up to 2 units in the last place. It is 0 for -infinity.
__device__ __forceinline__ float exp2_fast(float x) {
    float y;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(y) : "f"(x));
    return y;
}
#endif

__device__ __forceinline__ float from_bf16(bf16 x) { return __uint_as_float((u32)x << 16); }
__device__ __forceinline__ bf16 to_bf16(float x) { return (bf16)(pack_bf16(x, 0.0f) & 0xffffu); }
__device__ __forceinline__ float infinity() { return __uint_as_float(0x7f800000u); }

// Returns the sum over a warp. All lanes get the same bits.
__device__ __forceinline__ float warp_sum(float x) {
#pragma unroll
    for (int offset = 16; offset > 0; offset >>= 1) {
        x += __shfl_xor_sync(0xffffffffu, x, offset);
    }
    return x;
}

// An operand type of the tensor cores. With every type, one product uses 32 bytes of each row, and the fragments of the operands have
// the same layout in words.
struct Bf16 {
    typedef bf16 Storage;
    static const int SLICE = 16; // elements in 32 bytes
    static __device__ __forceinline__ u32 rounded(u32 word) { return word; }
    static __device__ __forceinline__ void multiply_add(float* d, const u32* a, const u32* b) {
        multiply_add_bf16(d, a, b);
    }
};
struct Tf32 {
    typedef float Storage;
    static const int SLICE = 8;
    static __device__ __forceinline__ u32 rounded(u32 word) { return to_tf32(__uint_as_float(word)); }
    static __device__ __forceinline__ void multiply_add(float* d, const u32* a, const u32* b) {
        multiply_add_tf32(d, a, b);
    }
};
