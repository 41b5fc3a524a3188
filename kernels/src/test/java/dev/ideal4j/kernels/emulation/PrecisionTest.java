package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.cuda.Precision;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The backend in lower precision, host side and kernels together, on every device that has it: emulated ones too. */
class PrecisionTest {
    private static final double TF32_TOLERANCE = 1e-3;
    private static final double BF16_TOLERANCE = 8e-3;

    /** A device with a precision. */
    private record Subject(String name, double tolerance) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Subject> devices() {
        List<Subject> found = Backends.describe().stream()
                .filter(backend -> backend.available() && isOfLowPrecision(backend.name()))
                .map(backend ->
                        new Subject(backend.name(), backend.name().contains("tf32") ? TF32_TOLERANCE : BF16_TOLERANCE))
                .toList();
        assumeTrue(!found.isEmpty(), "no device with TF32 and bf16");
        return found;
    }

    private static boolean isOfLowPrecision(String name) {
        return name.startsWith(System.getProperty("trials.device", "")) // one device alone, where a run has little time
                && Stream.of(Precision.TF32, Precision.BF16)
                        .anyMatch(precision ->
                                name.endsWith(":" + precision.name().toLowerCase(Locale.ROOT)));
    }

    @ParameterizedTest
    @MethodSource("devices")
    void linearLayers(Subject subject) {
        linearLayers(subject, 22);
        linearLayers(subject, 24);
    }

    /** An output that is not aligned, and a residual that is the output. TF32 takes only widths that are multiples of 4. */
    private static void linearLayers(Subject subject, int width) {
        compare(subject, subject.tolerance, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor x = upload(scope, "x", 35, width);
                Tensor weight = upload(scope, "weight", 44, width);
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
    void everyActivationFollowsALinearLayer(Subject subject) {
        double error = compare(subject, subject.tolerance, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor x = upload(scope, "x", 35, 24);
                PackedWeight weight =
                        backend.products().pack(upload(scope, "weight", 44, 24), upload(scope, "bias", 44), scope);
                return Outputs.concat(Stream.of(Activation.values())
                        .map(activation -> {
                            Tensor out = scope.allocate(35, 44);
                            backend.products().linear(x, weight, new Epilogue(activation, null, null), out);
                            return out.toArray();
                        })
                        .toArray(float[][]::new));
            }
        });
        // The portable kernels, which round nothing, come to 1e-7.
        assertThat(error).as("the tensor cores round the operands").isGreaterThan(1e-5);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void keysExcludedByMinusInfinityLeaveTheOthers(Subject subject) {
        compare(subject, subject.tolerance, backend -> {
            try (Scope scope = backend.scope()) {
                float[] bias = new float[150];
                Arrays.fill(bias, Float.NEGATIVE_INFINITY);
                bias[149] = 0;
                Tensor out = scope.allocate(1, 5, 64);
                backend.attention()
                        .cross(
                                upload(scope, "q", 1, 5, 64),
                                upload(scope, "k", 1, 150, 64),
                                upload(scope, "v", 1, 150, 64),
                                scope.upload(bias, 1, 1, 150),
                                1,
                                out);
                return out.toArray();
            }
        });
    }

    @ParameterizedTest
    @MethodSource("devices")
    void attention(Subject subject) {
        compare(subject, subject.tolerance, backend -> {
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
    void layerNorm(Subject subject) {
        // Float32 whatever the precision: a row for the kernel, in place; one too wide, one not aligned.
        compare(subject, 1e-6, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor inPlace = upload(scope, "rows", 19, 384);
                normalize(scope, inPlace, inPlace);
                Tensor wide = scope.allocate(2, 1540);
                normalize(scope, upload(scope, "wide", 2, 1540), wide);
                Tensor shifted =
                        upload(scope, "shifted", 3 * 8 + 1).slice(1, 3 * 8).reshape(3, 8);
                Tensor out = scope.allocate(3, 8);
                normalize(scope, shifted, out);
                return Outputs.concat(inPlace.toArray(), wide.toArray(), out.toArray());
            }
        });
    }

    private static void normalize(Scope scope, Tensor x, Tensor out) {
        int width = x.shape().last();
        Tensor gamma = upload(scope, "gamma", width);
        Tensor beta = upload(scope, "beta", width);
        x.backend().normalization().layerNorm(x, gamma, beta, 1e-6f, out);
    }

    @ParameterizedTest
    @MethodSource("devices")
    void neighboursAndTheirErasure(Subject subject) {
        neighboursAndTheirErasure(subject, 2100);
        neighboursAndTheirErasure(subject, 300);
    }

    private static void neighboursAndTheirErasure(Subject subject, int count) {
        // Neighbours are found exactly and erased in float32, whatever the precision.
        compare(subject, 1e-5, backend -> {
            try (Scope scope = backend.scope()) {
                Tensor targets = upload(scope, "targets", 3, 16);
                Tensor references = upload(scope, "references", count, 16);
                Tensor similarities = scope.allocate(3, 12);
                Indices indices = scope.allocateIndices(3, 12);
                backend.neighbours()
                        .topK(targets, backend.neighbours().index(references, scope), 12, similarities, indices);
                Tensor clean = scope.allocate(3, 16);
                backend.localPca().erase(targets, references, similarities, indices, 4, 0.8f, clean);
                return Outputs.concat(
                        similarities.toArray(), Outputs.shares(indices.toArray(), count), clean.toArray());
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

    /** Returns the norm of the error against the reference, relative to the norm of the result. */
    private static double compare(Subject subject, double tolerance, Function<Backend, float[]> computation) {
        try (Backend reference = Backends.open("reference");
                Backend backend = Backends.open(subject.name)) {
            float[] expected = computation.apply(reference);
            float[] actual = computation.apply(backend);
            double error = EmulatedTrial.normError(actual, expected);
            System.out.printf("%s: error %.1e%n", subject, error);
            assertThat(error).isLessThanOrEqualTo(tolerance);
            assertThat(computation.apply(backend)).as("the same bits again").isEqualTo(actual);
            assertThat(backend.liveBytes()).as("memory left behind").isZero();
            return error;
        }
    }
}
