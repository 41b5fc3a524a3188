// Operands for measurements, with random signs and fractions and magnitudes from 1 to 2. Tensor cores need more power for them than for
// ones, and their clock rate falls, as for the numbers of a network.
#pragma once
#include "device.cuh"

__device__ __forceinline__ u32 random_bits(u32 i) {
    u32 x = (i + 1) * 0x9e3779b1u;
    x = (x ^ x >> 15) * 0x85ebca6bu;
    return x ^ x >> 13;
}
__device__ __forceinline__ u32 random_bf16_pair(u32 i) { return (random_bits(i) & 0x807f807fu) | 0x3f803f80u; }
__device__ __forceinline__ u32 random_tf32(u32 i) { return (random_bits(i) & 0x807fe000u) | 0x3f800000u; }
