package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Linear;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.OperationOverrides;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the host side asks a device for, at sizes that no emulation can run: a runtime that only takes notes. */
class LaunchesTest {
    private static final long PLENTY = 1L << 40;

    private final List<Blocks> launched = new ArrayList<>();
    private final List<String> kernels = new ArrayList<>();
    /** The arguments of the latest launch. */
    private Object[] latest = {};

    private int cleared;
    private int capability = 90;
    private int sharedBytes = 227 << 10;

    private record Buffer(long bytes) implements GpuBuffer {}

    private record Kernel(String name) implements GpuKernel {}

    private GpuBackend backend(Precision precision) {
        return backend(runtime -> TensorCores.of(runtime, precision));
    }

    private GpuBackend backend(Function<BlockRuntime, OperationOverrides> own) {
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
                            kernels.add(((Kernel) arguments[0]).name());
                            latest = (Object[]) arguments[arguments.length - 1];
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
        return new GpuBackend(runtime, own.apply(runtime), Backends.Options.DEFAULT);
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

    /** LayerNorm, product, attention, product, LayerNorm and two products; apart from these, the operands are rounded. */
    @ParameterizedTest
    @CsvSource({"true, 7", "false, 11"})
    void aTransformerBlockTakesSevenLaunchesInBf16FromEndToEnd(boolean endToEnd, int expected) {
        try (GpuBackend backend = endToEnd
                        ? backend(runtime -> TensorCores.withBlocks(runtime, CudaBlocks.ATTENTION))
                        : backend(Precision.BF16);
                Scope scope = backend.scope()) {
            PackedBlock block = backend.transformerBlocks().pack(block(scope, 384, 6), scope);
            Tensor x = scope.allocate(64, 1025, 384);
            launched.clear();
            int before = cleared;
            backend.transformerBlocks().forward(List.of(block, block), null, x);
            assertThat(launched).hasSize(2 * expected);
            assertThat(cleared).isEqualTo(before);
        }
    }

    private static BlockWeights block(Scope scope, int width, int heads) {
        Norm norm = new Norm(scope.allocate(width), scope.allocate(width), 1e-6f);
        return new BlockWeights(
                heads,
                norm,
                linear(scope, 3 * width, width),
                linear(scope, width, width),
                scope.allocate(width),
                norm,
                linear(scope, 4 * width, width),
                Activation.GELU,
                false,
                linear(scope, width, 4 * width),
                scope.allocate(width));
    }

    private static Linear linear(Scope scope, int out, int in) {
        return new Linear(scope.allocate(out, in), scope.allocate(out));
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

    @ParameterizedTest
    @CsvSource({"BF16, 255, false", "BF16, 256, true", "TF32, 255, false", "TF32, 256, true"})
    void theTensorCoresFindCandidatesAmong256ReferencesOrMore(Precision precision, int references, boolean expected) {
        search(precision, references, 12);
        assertThat(kernels.stream().anyMatch(name -> name.startsWith("candidates_")))
                .isEqualTo(expected);
    }

    /** With 65,536 references, a query has more than a thousand candidates. */
    @Test
    void exactCosinesAreComputedOfTheBestCandidatesAlone() {
        search(Precision.BF16, 65_536, 12);
        assertThat(kernels).last().isEqualTo("best_candidates");
        assertThat((int) latest[latest.length - 3]).as("candidates").isGreaterThan(1000);
        assertThat((int) latest[latest.length - 1]).as("of them exactly").isEqualTo(12 + 64);
    }

    private void search(Precision precision, int references, int k) {
        try (GpuBackend backend = backend(precision);
                Scope scope = backend.scope()) {
            backend.neighbours()
                    .topK(
                            scope.allocate(1024, 64),
                            backend.neighbours().index(scope.allocate(references, 64), scope),
                            k,
                            scope.allocate(1024, k),
                            scope.allocateIndices(1024, k));
        }
    }
}
