package dev.ideal4j.benchmarks;

import dev.ideal4j.kernels.cuda.BlockRuntime;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import java.util.function.BiConsumer;

/** What a device reaches at best, measured: copying within its memory, and its tensor cores fed from registers. */
final class DeviceCeilings {
    private static final long COPIED = 256 << 20;
    private static final int REPEATS = 5;
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / 32;
    private static final int ROUNDS = 4096;
    private static final int AMPERE = 80;
    private static final int HOPPER = 90;

    private final GpuRuntime runtime;

    private DeviceCeilings(GpuRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Gives each ceiling to {@code found} as soon as it is measured, by a name with its unit: {@code gb_per_s} read and
     * written, {@code tf32_tflop_per_s}, {@code bf16_tflop_per_s}.
     */
    static void measure(GpuBackend backend, BiConsumer<String, Double> found) {
        DeviceCeilings ceilings = new DeviceCeilings(backend.runtime());
        found.accept("gb_per_s", ceilings.copying());
        if (backend.runtime() instanceof BlockRuntime blocks && blocks.capability() >= AMPERE) {
            found.accept("tf32_tflop_per_s", ceilings.products(blocks, "peak_mma", "peak_tf32", 8 * WARPS * 2048.0, 0));
            found.accept("bf16_tflop_per_s", ceilings.products(blocks, "peak_mma", "peak_bf16", 8 * WARPS * 4096.0, 0));
            if (blocks.capability() == HOPPER) {
                double flops = 2 * 32 * 2.0 * 64 * 128 * 16;
                found.accept(
                        "bf16_wgmma_tflop_per_s", ceilings.products(blocks, "peak_wgmma", "peak_wgmma", flops, 32_768));
            }
        }
    }

    private double copying() {
        long bytes = Math.min(COPIED, runtime.device().largestBuffer() / 4);
        GpuBuffer from = runtime.allocate(bytes);
        GpuBuffer to = runtime.allocate(bytes);
        try {
            runtime.zero(from, bytes);
            return 2 * bytes / fastest(() -> runtime.copy(from, 0, to, 0, bytes));
        } finally {
            runtime.free(from);
            runtime.free(to);
        }
    }

    /** {@code flops}: of a block in a round. */
    private double products(BlockRuntime blocks, String file, String name, double flops, int sharedBytes) {
        GpuKernel kernel = runtime.compile(file, CudaSources.read(file + ".cu")).kernel(name);
        int count = 8 * runtime.device().units();
        GpuBuffer out = runtime.allocate(4L * THREADS * count);
        try {
            Blocks grid = new Blocks(count, 1, 1, THREADS, sharedBytes);
            double nanos = fastest(() -> blocks.launch(kernel, grid, out, ROUNDS));
            return flops * ROUNDS * count / nanos / 1e3;
        } finally {
            runtime.free(out);
        }
    }

    /** Nanoseconds of the fastest run. */
    private double fastest(Runnable run) {
        run.run();
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < REPEATS; i++) {
            try (GpuEvent start = runtime.mark()) {
                run.run();
                try (GpuEvent end = runtime.mark()) {
                    least = Math.min(least, end.nanosSince(start));
                }
            }
        }
        return least;
    }
}
