// The asynchronous copies and the tensor cores of sm_80 and sm_90, with their exact layouts (PTX ISA, "Warp-level matrix
// instructions" and "Asynchronous warpgroup-level matrix instructions"). Copies and warpgroup products take effect only
// when waited for, so that a wait left out shows. Products are summed in float64 and rounded once per instruction; the
// hardware truncates within an instruction, which is not modelled.
#pragma once
#include "cuda.h"

#define dynamic_shared emulation::dynamicShared

namespace emulation {

/** Fails unless the bytes lie in shared memory, static or dynamic, of this launch. */
inline void requireShared(const void* address, size_t bytes, size_t alignment) {
    const unsigned char* p = static_cast<const unsigned char*>(address);
    bool inDynamic = p >= dynamicShared && p + bytes <= dynamicShared + dynamicBytes;
    bool inStatic = p >= staticShared && p + bytes <= staticShared + staticBytes;
    if (!inDynamic && !inStatic) {
        fail("not in shared memory");
    }
    if (reinterpret_cast<uintptr_t>(p) % alignment != 0) {
        fail("misaligned shared address");
    }
}

inline void perform(const Copy& copy) {
    memcpy(copy.to, copy.from, copy.bytes);
    memset(copy.to + copy.bytes, 0, copy.zeros);
}

template <class Group, class Do>
void finishAllBut(std::vector<Group>& groups, int pending, Do work) {
    // The last entry is the group still open.
    while (static_cast<int>(groups.size()) - 1 > pending) {
        for (auto& each : groups.front()) {
            work(each);
        }
        groups.erase(groups.begin());
    }
}

inline float fromBf16(uint32_t half) { return __uint_as_float(half << 16); }
inline float fromTf32(uint32_t word) { return __uint_as_float(word & 0xffffe000u); }

template <int K, class Element>
void multiplyAdd(const char* name, float* d, const uint32_t* a, const uint32_t* b, Element element) {
    int me = lane();
    Warp& mine = warp();
    if (lanes() != WARP) {
        fail("a tensor core needs a whole warp");
    }
    memcpy(mine.in[me], a, 16);
    memcpy(mine.in[me] + 4, b, 8);
    memcpy(mine.in[me] + 6, d, 16);
    together(name, [&element](Warp& w) {
        float left[16][K], right[8][K];
        for (int l = 0; l < WARP; l++) {
            element(w.in[l], l / 4, l % 4, left, right);
        }
        for (int l = 0; l < WARP; l++) {
            for (int i = 0; i < 4; i++) {
                int row = l / 4 + i / 2 * 8;
                int column = l % 4 * 2 + i % 2;
                float start;
                memcpy(&start, &w.in[l][6 + i], 4);
                double sum = start;
                for (int k = 0; k < K; k++) {
                    sum += static_cast<double>(left[row][k]) * right[column][k];
                }
                float rounded = static_cast<float>(sum);
                memcpy(&w.out[l][i], &rounded, 4);
            }
        }
    });
    memcpy(d, warp().out[me], 16);
}

}  // namespace emulation

// ---- sm_80 ----------------------------------------------------------------------------------------------------------
inline void copy16(void* shared, const void* global, bool valid) {
    emulation::requireShared(shared, 16, 16);
    if (reinterpret_cast<uintptr_t>(global) % 16 != 0) {
        emulation::fail("misaligned global address of an asynchronous copy");
    }
    emulation::self().groups.back().push_back(
            {static_cast<char*>(shared), static_cast<const char*>(global), valid ? 16u : 0u, valid ? 0u : 16u, nullptr});
}
inline void commit_copies() { emulation::self().groups.emplace_back(); }
template <int N>
void wait_copies(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!emulation::leftOut(file, line)) {
        emulation::finishAllBut(emulation::self().groups, N, emulation::perform);
    }
}

inline void loadMatrices(uint32_t* r, const void* row, bool transposed) {
    emulation::requireShared(row, 16, 16);
    int me = emulation::lane();
    uint64_t address = reinterpret_cast<uint64_t>(row);
    memcpy(emulation::warp().in[me], &address, 8);
    emulation::together(transposed ? "ldmatrix.trans" : "ldmatrix", [transposed](emulation::Warp& w) {
        for (int matrix = 0; matrix < 4; matrix++) {
            uint16_t element[8][8];
            for (int i = 0; i < 8; i++) {
                uint64_t from;
                memcpy(&from, w.in[matrix * 8 + i], 8);
                memcpy(element[i], reinterpret_cast<const void*>(from), 16);
            }
            for (int l = 0; l < emulation::WARP; l++) {
                int i = l / 4, j = l % 4 * 2;
                uint32_t low = transposed ? element[j][i] : element[i][j];
                uint32_t high = transposed ? element[j + 1][i] : element[i][j + 1];
                w.out[l][matrix] = low | high << 16;
            }
        }
    });
    memcpy(r, emulation::warp().out[me], 16);
}
inline void load_matrices(uint32_t* r, const void* row) { loadMatrices(r, row, false); }
inline void load_matrices_transposed(uint32_t* r, const void* row) { loadMatrices(r, row, true); }

inline void multiply_add_bf16(float* d, const uint32_t* a, const uint32_t* b) {
    auto element = [](const uint32_t* in, int group, int column, float(*left)[16], float(*right)[16]) {
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 4; i++) {
                left[group + i % 2 * 8][column * 2 + half + i / 2 * 8] = emulation::fromBf16(in[i] >> 16 * half & 0xffff);
            }
            for (int i = 0; i < 2; i++) {
                right[group][column * 2 + half + i * 8] = emulation::fromBf16(in[4 + i] >> 16 * half & 0xffff);
            }
        }
    };
    emulation::multiplyAdd<16>("mma bf16", d, a, b, element);
}
inline void multiply_add_tf32(float* d, const uint32_t* a, const uint32_t* b) {
    auto element = [](const uint32_t* in, int group, int column, float(*left)[8], float(*right)[8]) {
        for (int i = 0; i < 4; i++) {
            left[group + i % 2 * 8][column + i / 2 * 4] = emulation::fromTf32(in[i]);
        }
        for (int i = 0; i < 2; i++) {
            right[group][column + i * 4] = emulation::fromTf32(in[4 + i]);
        }
    };
    emulation::multiplyAdd<8>("mma tf32", d, a, b, element);
}

inline uint32_t to_tf32(float x) {
    uint32_t bits = __float_as_uint(x);
    return std::isfinite(x) ? (bits + 0x1000u) & 0xffffe000u : bits;
}
inline uint32_t oneBf16(float x) {
    uint32_t bits = __float_as_uint(x);
    return std::isnan(x) ? 0x7fff : (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
inline uint32_t pack_bf16(float low, float high) { return oneBf16(low) | oneBf16(high) << 16; }
inline float exp2_fast(float x) { return std::exp2(x); }

// ---- sm_90: mbarriers ---------------------------------------------------------------------------------------------------
// 8 bytes: phase (1 bit), arrivals expected (15), arrivals pending (16), bytes still to come (32, may pass below zero).
namespace emulation {
struct MBarrier {
    uint16_t phase : 1;
    uint16_t expected : 15;
    int16_t pending;
    int32_t bytes;
};
static_assert(sizeof(MBarrier) == 8);

inline MBarrier* mbarrier(uint64_t* barrier) {
    requireShared(barrier, 8, 8);
    return reinterpret_cast<MBarrier*>(barrier);
}
inline void completePhase(MBarrier* barrier) {
    if (barrier->pending == 0 && barrier->bytes == 0) {
        barrier->phase ^= 1;
        barrier->pending = static_cast<int16_t>(barrier->expected);
    }
}
inline void finishBulkCopy(const Copy& copy) {
    perform(copy);
    MBarrier* barrier = mbarrier(copy.done);
    barrier->bytes -= static_cast<int32_t>(copy.bytes);
    completePhase(barrier);
}
}  // namespace emulation

inline void barrier_init(unsigned long long* barrier, int arrivals) {
    *emulation::mbarrier(reinterpret_cast<uint64_t*>(barrier)) = {
            0, static_cast<uint16_t>(arrivals), static_cast<int16_t>(arrivals), 0};
}
inline void barrier_init_fence() {}
inline void barrier_arrive(unsigned long long* barrier) {
    emulation::MBarrier* b = emulation::mbarrier(reinterpret_cast<uint64_t*>(barrier));
    if (b->pending <= 0) {
        emulation::fail("more arrivals at an mbarrier than it expects");
    }
    b->pending--;
    emulation::completePhase(b);
}
inline void barrier_arrive_expect(unsigned long long* barrier, int bytes) {
    emulation::mbarrier(reinterpret_cast<uint64_t*>(barrier))->bytes += bytes;
    barrier_arrive(barrier);
}
inline void barrier_wait(
        unsigned long long* barrier, int parity, const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (emulation::leftOut(file, line)) {
        return;
    }
    emulation::MBarrier* b = emulation::mbarrier(reinterpret_cast<uint64_t*>(barrier));
    while (b->phase == parity) {
        emulation::self().polls = true;
        emulation::pause();
    }
    emulation::self().polls = false;
}
inline void bulk_copy(void* shared, const void* global, int bytes, unsigned long long* barrier) {
    emulation::requireShared(shared, static_cast<size_t>(bytes), 16);
    if (bytes % 16 != 0 || reinterpret_cast<uintptr_t>(global) % 16 != 0) {
        emulation::fail("a bulk copy needs multiples of 16");
    }
    emulation::block.bulk.push_back(
            {static_cast<char*>(shared),
             static_cast<const char*>(global),
             static_cast<size_t>(bytes),
             0,
             reinterpret_cast<uint64_t*>(barrier)});
}

// ---- sm_90: warpgroup products --------------------------------------------------------------------------------------------
/** A matrix in shared memory, K-major, rows of 128 bytes swizzled by 128 bytes. */
inline uint64_t matrix_descriptor(const void* tile) {
    emulation::requireShared(tile, 16, 16);
    uint64_t address = static_cast<uint64_t>(static_cast<const unsigned char*>(tile) - emulation::dynamicShared);
    return address >> 4 | 1ull << 16 | (1024ull >> 4) << 32 | 1ull << 62;
}
namespace emulation {
inline float swizzled(uint64_t descriptor, int row, int column) {
    if (descriptor >> 62 != 1) {
        fail("only the 128-byte swizzle is emulated");
    }
    uint64_t start = (descriptor & 0x3fff) << 4;
    uint64_t stride = (descriptor >> 32 & 0x3fff) << 4;
    uint64_t address = start + row / 8 * stride + row % 8 * 128 + column * 2;
    address ^= (address >> 7 & 7) << 4;
    if (address + 2 > dynamicBytes) {
        fail("a warpgroup product reads beyond shared memory");
    }
    uint16_t bits;
    memcpy(&bits, dynamicShared + address, 2);
    return fromBf16(bits);
}
}  // namespace emulation
inline void warpgroup_fence() {}
template <int N>
void warpgroup_multiply_add(float* d, uint64_t a, uint64_t b) {
    int l = emulation::block.current % 128;
    emulation::self().multiplies.back().push_back([d, a, b, l] {
        for (int j = 0; j < N / 8; j++) {
            for (int i = 0; i < 4; i++) {
                int row = l / 32 * 16 + l % 32 / 4 + i / 2 * 8;
                int column = j * 8 + l % 4 * 2 + i % 2;
                double sum = d[j * 4 + i];
                for (int k = 0; k < 16; k++) {
                    sum += static_cast<double>(emulation::swizzled(a, row, k)) * emulation::swizzled(b, column, k);
                }
                d[j * 4 + i] = static_cast<float>(sum);
            }
        }
    });
}
inline void warpgroup_commit() { emulation::self().multiplies.emplace_back(); }
template <int N>
void warpgroup_wait(const char* file = __builtin_FILE(), int line = __builtin_LINE()) {
    if (!emulation::leftOut(file, line)) {
        emulation::finishAllBut(
                emulation::self().multiplies, N, [](const std::function<void()>& multiply) { multiply(); });
        emulation::together("wgmma.wait_group", [](emulation::Warp&) {});
    }
}
