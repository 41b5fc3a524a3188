// Functions for sm_90a: barriers in shared memory that count bytes, bulk copies that report to them, and products of a warpgroup of
// four warps. If IDEAL4J_EMULATED is defined, the emulation of the tests defines the same functions.
#pragma once
#include "device.cuh"

#if !defined(IDEAL4J_EMULATED)
__device__ __forceinline__ void barrier_init(u64* barrier, int arrivals) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], %1;" ::"r"(shared_address(barrier)), "r"(arrivals) : "memory");
}

// Makes initialised barriers visible to the copy engine. A __syncthreads() must follow.
__device__ __forceinline__ void barrier_init_fence() {
    asm volatile("fence.mbarrier_init.release.cluster;\n\tfence.proxy.async.shared::cta;" ::: "memory");
}

__device__ __forceinline__ void barrier_arrive(u64* barrier) {
    asm volatile("mbarrier.arrive.shared::cta.b64 _, [%0];" ::"r"(shared_address(barrier)) : "memory");
}

// Arrives, and announces the bytes that bulk copies will write in this phase.
__device__ __forceinline__ void barrier_arrive_expect(u64* barrier, int bytes) {
    asm volatile("mbarrier.arrive.expect_tx.shared::cta.b64 _, [%0], %1;" ::"r"(shared_address(barrier)), "r"(bytes)
                 : "memory");
}

// Waits for the end of the phase with this parity. The first phase has parity 0.
#if defined(IDEAL4J_BOUNDED_WAITS)
// For trials. If a phase does not end within two seconds, the launch fails instead of hanging.
__device__ __forceinline__ u64 nanoseconds() {
    u64 now;
    asm volatile("mov.u64 %0, %globaltimer;" : "=l"(now));
    return now;
}
__device__ __forceinline__ void barrier_wait(u64* barrier, int parity) {
    u64 start = nanoseconds();
    for (;;) {
        u32 done;
        asm volatile(
            "{\n\t"
            ".reg .pred over;\n\t"
            "mbarrier.try_wait.parity.shared::cta.b64 over, [%1], %2;\n\t"
            "selp.b32 %0, 1, 0, over;\n\t"
            "}"
            : "=r"(done)
            : "r"(shared_address(barrier)), "r"(parity)
            : "memory");
        if (done) {
            return;
        }
        if (nanoseconds() - start > 2000000000ull) {
            __trap();
        }
    }
}
#else
__device__ __forceinline__ void barrier_wait(u64* barrier, int parity) {
    asm volatile(
        "{\n\t"
        ".reg .pred done;\n\t"
        "AGAIN:\n\t"
        "mbarrier.try_wait.parity.shared::cta.b64 done, [%0], %1;\n\t"
        "@done bra DONE;\n\t"
        "bra AGAIN;\n\t"
        "DONE:\n\t"
        "}" ::"r"(shared_address(barrier)),
        "r"(parity)
        : "memory");
}
#endif

// Copies contiguous bytes by one request to the copy engine. Addresses and size are multiples of 16.
__device__ __forceinline__ void bulk_copy(void* shared, const void* global, int bytes, u64* barrier) {
    asm volatile(
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes [%0], [%1], %2, [%3];" ::"r"(
            shared_address(shared)),
        "l"(global), "r"(bytes), "r"(shared_address(barrier))
        : "memory");
}

// Describes rows of 64 bf16 (128 bytes) in shared memory, whose 16-byte chunks are permuted by the row number modulo 8. Groups of eight
// rows follow each other, and the first begins at a multiple of 1,024 bytes.
__device__ __forceinline__ u64 matrix_descriptor(const void* tile) {
    u64 address = shared_address(tile);
    return (address & 0x3ffff) >> 4 | 1ull << 16 | (1024ull >> 4) << 32 | 1ull << 62;
}

// Must precede the first product of a warpgroup, so that it sees registers and shared memory as they were written.
__device__ __forceinline__ void warpgroup_fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }

// d (64 x N, float32) += a (64 x 16) b^T (N x 16), both bf16 in shared memory. Thread t of the warpgroup holds, in d[4 j + e],
// row 16 (t / 32) + t % 32 / 4 + 8 (e / 2) and column 8 j + 2 (t % 4) + e % 2.
template <int N>
__device__ __forceinline__ void warpgroup_multiply_add(float* d, u64 a, u64 b);

template <>
__device__ __forceinline__ void warpgroup_multiply_add<128>(float* d, u64 a, u64 b) {
    asm volatile(
        "{\n\t"
        ".reg .pred add;\n\t"
        "setp.ne.b32 add, 1, 0;\n\t"
        "wgmma.mma_async.sync.aligned.m64n128k16.f32.bf16.bf16 {"
            "%0, %1, %2, %3, %4, %5, %6, %7, %8, %9, %10, %11, %12, %13, %14, %15, "
            "%16, %17, %18, %19, %20, %21, %22, %23, %24, %25, %26, %27, %28, %29, %30, %31, "
            "%32, %33, %34, %35, %36, %37, %38, %39, %40, %41, %42, %43, %44, %45, %46, %47, "
            "%48, %49, %50, %51, %52, %53, %54, %55, %56, %57, %58, %59, %60, %61, %62, %63"
            "}, %64, %65, add, 1, 1, 0, 0;\n\t"
        "}"
            : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3]), "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7]),
              "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11]), "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15]),
              "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19]), "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23]),
              "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27]), "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31]),
              "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35]), "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39]),
              "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43]), "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47]),
              "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51]), "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55]),
              "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59]), "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63])
            : "l"(a), "l"(b));
}

__device__ __forceinline__ void warpgroup_commit() { asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory"); }

// Waits until all but the latest N groups of products are done.
template <int N>
__device__ __forceinline__ void warpgroup_wait() {
    asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(N) : "memory");
}
#endif
