package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.VitConfig.Position;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.OperationOverrides;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuDevice;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuProgram;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class VisionTransformerTest {
    /** A small model whose widths are no multiples of any vector length. */
    private static final VitConfig ODD = new VitConfig(60, 2, 5, 104, false, 3, 14, 5, Position.REGISTERS);

    static Stream<String> backends() {
        return BackendsUnderTest.names().stream();
    }

    private static VisionTransformer odd(Backend backend) {
        return VisionTransformer.load(VitWeights.seeded(ODD, "odd/"), backend);
    }

    private static float[] pixels(String name, int count) {
        return SeededValues.uniform(name, count, 2, 0);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aSampleGetsTheSameBitsInAnyBatch(String backendName) {
        try (Backend backend = Backends.open(backendName);
                VisionTransformer network = odd(backend);
                Scope scope = backend.scope()) {
            int size = 3 * 70 * 98;
            float[] first = pixels("first", size);
            float[] second = pixels("second", size);
            float[] both = Arrays.copyOf(first, 2 * size);
            System.arraycopy(second, 0, both, size, size);
            float[] together =
                    network.patches(scope.upload(both, 2, 3, 70, 98), scope).toArray();
            float[] alone =
                    network.patches(scope.upload(first, 1, 3, 70, 98), scope).toArray();
            float[] other =
                    network.patches(scope.upload(second, 1, 3, 70, 98), scope).toArray();
            assertThat(Arrays.copyOf(together, alone.length)).isEqualTo(alone);
            assertThat(Arrays.copyOfRange(together, alone.length, together.length))
                    .isEqualTo(other);
        }
    }

    private record Buffer(long bytes) implements GpuBuffer {}

    private record Kernel(String name) implements GpuKernel {}

    /** The number of kernels and copies that a GPU is given for a batch, by a runtime that only counts. */
    private static int commands(int batch) {
        AtomicInteger count = new AtomicInteger();
        GpuRuntime runtime = (GpuRuntime) Proxy.newProxyInstance(
                GpuRuntime.class.getClassLoader(),
                new Class<?>[] {GpuRuntime.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "device" -> new GpuDevice("counting:0", "", 256, 100, true, 48 << 10, 1L << 34, 1L << 34);
                    case "allocate" -> new Buffer((long) arguments[0]);
                    case "compile" -> (GpuProgram) Kernel::new;
                    case "launch", "copy" -> {
                        count.incrementAndGet();
                        yield null;
                    }
                    default -> null;
                });
        try (GpuBackend backend = new GpuBackend(runtime, OperationOverrides.NONE, Backends.Options.DEFAULT);
                VisionTransformer network = odd(backend);
                Scope scope = backend.scope()) {
            Tensor images = scope.allocate(batch, 3, 70, 98);
            network.layers(images, new int[] {0, 1}, true, scope);
            int before = count.get();
            network.layers(images, new int[] {0, 1}, true, scope);
            return count.get() - before;
        }
    }

    /** Only the copies of the class token and the registers are one for each sample. */
    @Test
    void aGpuGetsHardlyMoreCommandsForALargerBatch() {
        assertThat(commands(64) - commands(2)).isLessThanOrEqualTo(62);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void threadsShareOneModelAndGetTheSameBits(String backendName) throws Exception {
        try (Backend backend = Backends.open(backendName)) {
            try (VisionTransformer network = odd(backend)) {
                Callable<float[]> forward = () -> {
                    try (Scope scope = backend.scope()) {
                        Tensor images = scope.upload(pixels("threads", 3 * 112 * 84), 1, 3, 112, 84);
                        return network.patches(images, scope).toArray();
                    }
                };
                float[] alone = forward.call();
                ExecutorService threads = Executors.newFixedThreadPool(4);
                try {
                    List<Future<float[]>> results = new ArrayList<>();
                    for (int i = 0; i < 12; i++) {
                        results.add(threads.submit(forward));
                    }
                    for (Future<float[]> result : results) {
                        assertThat(result.get()).isEqualTo(alone);
                    }
                } finally {
                    threads.shutdown();
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void keepsNoMemoryOfAForwardPass(String backendName) {
        try (Backend backend = Backends.open(backendName)) {
            try (VisionTransformer network = odd(backend)) {
                for (int columns = 1; columns < 12; columns++) {
                    try (Scope scope = backend.scope()) {
                        int[] shape = {1, 3, 14, 14 * columns};
                        network.patches(scope.upload(pixels("memory", 3 * 14 * 14 * columns), shape), scope);
                    }
                }
                long once = backend.liveBytes();
                try (Scope scope = backend.scope()) {
                    network.patches(scope.allocate(2, 3, 14, 14 * 20), scope);
                }
                assertThat(backend.liveBytes()).isEqualTo(once);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void chosenLayersAreThoseOfAFullPass(String backendName) {
        try (Backend backend = Backends.open(backendName);
                VisionTransformer network = odd(backend);
                Scope scope = backend.scope()) {
            Tensor images = scope.upload(pixels("layers", 3 * 28 * 42), 1, 3, 28, 42);
            float[] both = network.layers(images, new int[] {0, 1}, false, scope)
                    .patches()
                    .toArray();
            float[] first = network.layers(images, new int[] {0}, false, scope)
                    .patches()
                    .toArray();
            float[] last = network.layers(images, new int[] {ODD.depth() - 1}, false, scope)
                    .patches()
                    .toArray();
            assertThat(Arrays.copyOf(both, first.length)).isEqualTo(first);
            assertThat(Arrays.copyOfRange(both, first.length, both.length)).isEqualTo(last);
            assertThat(first).isNotEqualTo(last);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesImagesAndLayersThatDoNotFit(String backendName) {
        try (Backend backend = Backends.open(backendName);
                VisionTransformer network = odd(backend);
                Scope scope = backend.scope()) {
            for (int[] shape : new int[][] {{1, 3, 28, 30}, {1, 1, 28, 28}, {3, 28, 28}, {1, 3, 0, 28}}) {
                Tensor images = scope.allocate(shape);
                assertThatThrownBy(() -> network.patches(images, scope))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("images")
                        .hasMessageContaining(Arrays.toString(shape));
            }
            Tensor images = scope.allocate(1, 3, 28, 28);
            for (int[] layers : new int[][] {{2}, {-1}, {1, 0}, {0, 0}}) {
                assertThatThrownBy(() -> network.layers(images, layers, true, scope))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining(Arrays.toString(layers));
            }
        }
    }
}
