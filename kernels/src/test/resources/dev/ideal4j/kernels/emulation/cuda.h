// The CUDA C++ that the kernels are written in, for g++: qualifiers, barriers, shuffles, atomics, functions.
#pragma once
#include <algorithm>
#include <cmath>

#include "scheduler.h"

#define IDEAL4J_EMULATED 1
#define __global__
#define __device__
#define __host__
#define __forceinline__ inline
#define __launch_bounds__(...)
#define __align__(n) __attribute__((aligned(n)))
#define __shared__ __attribute__((section("emulated_shared"))) static
#define __constant__ static const
#define __restrict__ __restrict

struct alignas(8) float2 {
    float x, y;
};
struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(8) uint2 {
    unsigned x, y;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
inline float2 make_float2(float x, float y) { return {x, y}; }
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint2 make_uint2(unsigned x, unsigned y) { return {x, y}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

constexpr int warpSize = emulation::WARP;

// ---- Barriers: each tells where it stands, so that a mutant can be without it ----------------------------------------
inline void __syncthreads(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (emulation::leftOut(file, line)) {
        emulation::pause();
    } else {
        emulation::blockBarrier();
    }
}
inline void __syncwarp(unsigned = ~0u, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (emulation::leftOut(file, line)) {
        emulation::pause();
    } else {
        emulation::together("__syncwarp", [](emulation::Warp&) {});
    }
}
inline void __threadfence() {}
inline void __threadfence_block() {}

// ---- Shuffles and votes -------------------------------------------------------------------------------------------------
namespace emulation {
template <class T>
T shuffle(T value, int source) {
    static_assert(sizeof(T) <= 8);
    int me = lane();
    Warp& mine = warp();
    memcpy(mine.in[me], &value, sizeof value);
    mine.in[me][2] = static_cast<unsigned>(source);
    int count = lanes();
    together("shuffle", [count](Warp& w) {
        for (int i = 0; i < count; i++) {
            int from = static_cast<int>(w.in[i][2]);
            if (from >= count) {
                from = i;
            }
            w.out[i][0] = w.in[from][0];
            w.out[i][1] = w.in[from][1];
        }
    });
    T result;
    memcpy(&result, warp().out[me], sizeof result);
    return result;
}
}  // namespace emulation
template <class T>
T __shfl_sync(unsigned, T value, int source, int width = 32) {
    int me = emulation::lane();
    return emulation::shuffle(value, me / width * width + source % width);
}
template <class T>
T __shfl_xor_sync(unsigned, T value, int mask, int = 32) {
    return emulation::shuffle(value, emulation::lane() ^ mask);
}
template <class T>
T __shfl_down_sync(unsigned, T value, unsigned delta, int width = 32) {
    int me = emulation::lane();
    int to = me % width + static_cast<int>(delta) < width ? me + static_cast<int>(delta) : me;
    return emulation::shuffle(value, to);
}
template <class T>
T __shfl_up_sync(unsigned, T value, unsigned delta, int width = 32) {
    int me = emulation::lane();
    int to = me % width >= static_cast<int>(delta) ? me - static_cast<int>(delta) : me;
    return emulation::shuffle(value, to);
}
inline unsigned __ballot_sync(unsigned, int predicate) {
    int me = emulation::lane();
    int count = emulation::lanes();
    emulation::warp().in[me][0] = predicate != 0;
    emulation::together("ballot", [count](emulation::Warp& w) {
        unsigned all = 0;
        for (int i = 0; i < count; i++) {
            all |= w.in[i][0] << i;
        }
        for (int i = 0; i < count; i++) {
            w.out[i][0] = all;
        }
    });
    return emulation::warp().out[me][0];
}
inline int __any_sync(unsigned mask, int predicate) { return __ballot_sync(mask, predicate) != 0; }
inline int __all_sync(unsigned mask, int predicate) { return __ballot_sync(mask, !predicate) == 0; }

// ---- Atomics: blocks and fibres run one at a time ------------------------------------------------------------------------
template <class T>
T atomicAdd(T* address, T value) {
    T old = *address;
    *address = old + value;
    return old;
}
template <class T>
T atomicMax(T* address, T value) {
    T old = *address;
    *address = std::max(old, value);
    return old;
}
template <class T>
T atomicCAS(T* address, T expected, T value) {
    T old = *address;
    if (old == expected) {
        *address = value;
    }
    return old;
}

// ---- Functions ------------------------------------------------------------------------------------------------------------
inline float __uint_as_float(unsigned bits) {
    float value;
    memcpy(&value, &bits, 4);
    return value;
}
inline unsigned __float_as_uint(float value) {
    unsigned bits;
    memcpy(&bits, &value, 4);
    return bits;
}
inline float __int_as_float(int bits) { return __uint_as_float(static_cast<unsigned>(bits)); }
inline int __float_as_int(float value) { return static_cast<int>(__float_as_uint(value)); }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
inline double __dadd_rn(double a, double b) { return a + b; }
inline double __dmul_rn(double a, double b) { return a * b; }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __frcp_rn(float x) { return 1.0f / x; }
inline float __fdividef(float x, float y) { return x / y; }
inline float __expf(float x) { return std::exp(x); }
inline float __fsqrt_rn(float x) { return std::sqrt(x); }
inline int __popc(unsigned x) { return __builtin_popcount(x); }
inline int __clz(int x) { return x == 0 ? 32 : __builtin_clz(static_cast<unsigned>(x)); }
inline int __ffs(int x) { return __builtin_ffs(x); }
template <class T>
T __ldg(const T* address) {
    return *address;
}
using std::max;
using std::min;
