package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the host side asks a device for, at sizes that no emulation can run: a runtime that only takes notes. */
class LaunchesTest {
    private static final long PLENTY = 1L << 40;

    private final List<Blocks> launched = new ArrayList<>();
    private int cleared;
    private int capability = 90;
    private int sharedBytes = 227 << 10;

    private record Buffer(long bytes) implements GpuBuffer {}

    private record Kernel(String name) implements GpuKernel {}

    private GpuBackend backend(Precision precision) {
        BlockRuntime runtime = (BlockRuntime) Proxy.newProxyInstance(
                BlockRuntime.class.getClassLoader(),
                new Class<?>[] {BlockRuntime.class},
                (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "device":
                            return new GpuDevice(
                                    "noted:0", "", 256, 132, true, GpuDevice.USUAL_LOCAL_BYTES, PLENTY, PLENTY);
                        case "capability":
                            return capability;
                        case "sharedBytes":
                            return sharedBytes;
                        case "allocate":
                            return new Buffer((long) arguments[0]);
                        case "compile":
                            return (GpuProgram) Kernel::new;
                        case "zero":
                            cleared++;
                            return null;
                        case "launch":
                            launched.add(
                                    arguments[1] instanceof Blocks blocks
                                            ? blocks
                                            : new Blocks(
                                                    (int) arguments[1],
                                                    (int) arguments[2],
                                                    (int) arguments[3],
                                                    256,
                                                    0));
                            return null;
                        default:
                            return null;
                    }
                });
        return new GpuBackend(runtime, TensorCores.of(runtime, precision), Backends.Options.DEFAULT);
    }

    private void withinTheGrid(Precision precision, Consumer<GpuBackend> work) {
        try (GpuBackend backend = backend(precision)) {
            work.accept(backend);
        }
        assertThat(launched).isNotEmpty().allSatisfy(blocks -> assertThat(Math.max(blocks.y(), blocks.z()))
                .isLessThanOrEqualTo(65_535));
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"BF16, 90", "BF16, 80", "TF32, 80", "FLOAT32, 90"})
    void linearLayersOfMillionsOfRowsFitTheGrid(Precision precision, int device) {
        capability = device;
        withinTheGrid(precision, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor weight = scope.allocate(8, 8);
                backend.products()
                        .linear(
                                scope.allocate(10_000_000, 8),
                                backend.products().pack(weight, null, scope),
                                Epilogue.NONE,
                                scope.allocate(10_000_000, 8));
            }
        });
    }

    @Test
    void columnSumsOfMillionsOfRowsFitTheGrid() {
        withinTheGrid(Precision.FLOAT32, backend -> {
            try (Scope scope = backend.scope()) {
                backend.reductions().columnSum(scope.allocate(10_000_000, 8), scope.allocate(8));
            }
        });
    }

    /** The device clears only what the caller asked to have cleared. */
    @ParameterizedTest
    @CsvSource({"BF16, 90", "BF16, 80", "TF32, 80"})
    void nothingIsClearedThatAKernelWritesWhole(Precision precision, int device) {
        capability = device;
        try (GpuBackend backend = backend(precision);
                Scope scope = backend.scope()) {
            Tensor rows = scope.allocate(100, 64);
            Tensor many = scope.allocate(3000, 64);
            Tensor similarities = scope.allocate(100, 12);
            Indices indices = scope.allocateIndices(100, 12);
            Tensor out = scope.allocate(100, 64);
            Tensor weight = scope.allocate(64, 64);
            int before = cleared;
            backend.products()
                    .linear(
                            rows,
                            backend.products().pack(weight, null, scope),
                            new Epilogue(Activation.GELU, null, out),
                            out);
            backend.neighbours().topK(rows, backend.neighbours().index(many, scope), 12, similarities, indices);
            backend.localPca().erase(rows, many, similarities, indices, 4, 0.5f, out);
            assertThat(cleared).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @CsvSource({"101376, 12", "101376, 24", "166912, 24", "65536, 12"})
    void neighboursTakeNoMoreSharedMemoryThanThereIs(int limit, int k) {
        sharedBytes = limit;
        try (GpuBackend backend = backend(Precision.BF16);
                Scope scope = backend.scope()) {
            backend.neighbours()
                    .topK(
                            scope.allocate(100, 64),
                            backend.neighbours().index(scope.allocate(3000, 64), scope),
                            k,
                            scope.allocate(100, k),
                            scope.allocateIndices(100, k));
        }
        assertThat(launched)
                .allSatisfy(blocks -> assertThat(blocks.sharedBytes()).isLessThanOrEqualTo(limit));
    }
}
