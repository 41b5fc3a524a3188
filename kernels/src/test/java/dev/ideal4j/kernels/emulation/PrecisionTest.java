package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.kernels.cuda.Precision;
import dev.ideal4j.kernels.cuda.TensorCores;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The backend in lower precision, host side and kernels together, on emulated devices. */
class PrecisionTest {
    private static final int AMPERE = 80;
    private static final int HOPPER = 90;

    @BeforeAll
    static void compiler() {
        EmulatedKernels.requireCompiler();
    }

    static Stream<Arguments> devices() {
        return Stream.of(
                Arguments.of(Precision.TF32, AMPERE, 1e-3),
                Arguments.of(Precision.BF16, AMPERE, 8e-3),
                Arguments.of(Precision.BF16, HOPPER, 8e-3));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void linearLayers(Precision precision, int capability, double tolerance) {
        // Widths that are multiples of nothing, an output that is not aligned, a residual that is the output.
        compare(precision, capability, tolerance, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor x = upload(scope, "x", 35, 22);
                Tensor weight = upload(scope, "weight", 44, 22);
                Tensor bias = upload(scope, "bias", 44);
                Tensor whole = scope.allocate(35 * 44 + 3);
                whole.write(EmulatedTrial.values("out", 35 * 44 + 3));
                Tensor out = whole.slice(3, 35 * 44).reshape(35, 44);
                Epilogue epilogue = new Epilogue(Activation.GELU, upload(scope, "scale", 44), out);
                backend.products().linear(x, backend.products().pack(weight, bias, scope), epilogue, out);
                return out.toArray();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("devices")
    void attention(Precision precision, int capability, double tolerance) {
        compare(precision, capability, tolerance, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor out = scope.allocate(2, 20, 128);
                backend.attention().self(upload(scope, "qkv", 2, 20, 384), 2, out);
                Tensor crossed = scope.allocate(1, 5, 64);
                backend.attention()
                        .cross(
                                upload(scope, "q", 1, 5, 64),
                                upload(scope, "k", 1, 70, 64),
                                upload(scope, "v", 1, 70, 64),
                                upload(scope, "bias", 1, 1, 70),
                                1,
                                crossed);
                return Outputs.concat(out.toArray(), crossed.toArray());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("devices")
    void neighboursAndTheirErasure(Precision precision, int capability, double ignored) {
        // Neighbours are found exactly and erased in float32, whatever the precision.
        compare(precision, capability, 1e-5, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor targets = upload(scope, "targets", 3, 16);
                Tensor references = upload(scope, "references", 2100, 16);
                Tensor similarities = scope.allocate(3, 12);
                Indices indices = scope.allocateIndices(3, 12);
                backend.neighbours()
                        .topK(targets, backend.neighbours().index(references, scope), 12, similarities, indices);
                Tensor clean = scope.allocate(3, 16);
                backend.localPca().erase(targets, references, similarities, indices, 4, 0.8f, clean);
                return Outputs.concat(similarities.toArray(), Outputs.shares(indices.toArray(), 2100), clean.toArray());
            }
        });
    }

    private static Tensor upload(Scope scope, String name, int... lengths) {
        int count = 1;
        for (int length : lengths) {
            count *= length;
        }
        return scope.upload(EmulatedTrial.values(name, count), lengths);
    }

    private static void compare(
            Precision precision, int capability, double tolerance, Function<Backend, float[]> computation) {
        EmulatedRuntime runtime = new EmulatedRuntime("emulated", capability);
        try (Backend reference = Backends.open("reference");
                Backend backend = new GpuBackend(runtime, TensorCores.of(runtime, precision))) {
            float[] expected = computation.apply(reference);
            float[] actual = computation.apply(backend);
            double error = EmulatedTrial.normError(actual, expected);
            System.out.printf("%s on capability %d: error %.1e%n", precision, capability, error);
            assertThat(error).isLessThanOrEqualTo(tolerance);
            assertThat(computation.apply(backend)).as("the same bits again").isEqualTo(actual);
            assertThat(backend.liveBytes()).as("memory left behind").isZero();
        }
    }
}
