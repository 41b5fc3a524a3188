package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.kernels.conformance.Conformance;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The products of cuBLAS in place of ours: where there is a device and cuBLAS, emulated ones too. */
class CublasProductsTest {
    private static final String NAME = "cuda:0:cublas";

    private static Backend backend;
    private static Backend another;

    @BeforeAll
    static void open() {
        Availability found = new CudaProvider()
                .probe().stream()
                        .filter(each -> each.name().equals(NAME) || each.name().equals(CudaProvider.KIND))
                        .findFirst()
                        .orElseThrow();
        assumeTrue(found.available(), found.name() + ": " + found.detail());
        backend = Backends.open(NAME);
        another = Backends.open(NAME);
    }

    @AfterAll
    static void close() {
        Stream.of(backend, another).filter(Objects::nonNull).forEach(Backend::close);
        if (backend != null && EmulatedDriver.isLoaded()) {
            EmulatedDriverTest.assertNothingLives();
        }
    }

    @TestFactory
    Stream<DynamicNode> everyProduct() {
        return new Conformance(NAME, () -> backend, () -> another).tests("products.");
    }

    /** The residual is the output; the widths are multiples of nothing. */
    @ParameterizedTest
    @CsvSource({"cublas, 1e-6", "tf32+cublas, 1e-3", "bf16+cublas, 8e-3"})
    void linearLayersRoundAsTheirPrecisionSays(String variant, double tolerance) {
        float[] expected;
        try (Backend reference = Backends.open("reference")) {
            expected = linear(reference);
        }
        try (Backend each = Backends.open("cuda:0:" + variant)) {
            float[] actual = linear(each);
            assertThat(Close.relativeError(variant, actual, expected)).isLessThanOrEqualTo(tolerance);
            assertThat(linear(each)).isEqualTo(actual);
            assertThat(each.liveBytes()).isZero();
        }
    }

    static float[] linear(Backend backend) {
        try (Scope scope = backend.scope()) {
            Tensor x = upload(scope, "x", 35, 22);
            PackedWeight weight =
                    backend.products().pack(upload(scope, "weight", 44, 22), upload(scope, "bias", 44), scope);
            Tensor out = upload(scope, "out", 35, 44);
            Epilogue epilogue = new Epilogue(Activation.GELU, upload(scope, "scale", 44), out);
            backend.products().linear(x, weight, epilogue, out);
            return out.toArray();
        }
    }

    /** The kernel that follows a product of cuBLAS knows them all. */
    @ParameterizedTest
    @EnumSource(Activation.class)
    void everyActivationFollowsALinearLayer(Activation activation) {
        try (Backend reference = Backends.open("reference")) {
            float[] expected = activated(reference, activation);
            assertThat(Close.relativeError(activation.name(), activated(backend, activation), expected))
                    .isLessThanOrEqualTo(1e-6);
        }
    }

    private static float[] activated(Backend backend, Activation activation) {
        try (Scope scope = backend.scope()) {
            PackedWeight weight = backend.products().pack(upload(scope, "weight", 44, 22), null, scope);
            Tensor out = scope.allocate(35, 44);
            backend.products().linear(upload(scope, "x", 35, 22), weight, new Epilogue(activation, null, null), out);
            return out.toArray();
        }
    }

    private static Tensor upload(Scope scope, String name, int... lengths) {
        int count = lengths[0] * (lengths.length > 1 ? lengths[1] : 1);
        return scope.upload(SeededValues.uniform("cublas/" + name, count, 1, 0), lengths);
    }

    @Test
    void recordingsHoldItsProducts() {
        try (Scope scope = backend.scope()) {
            Tensor a = upload(scope, "a", 3, 4);
            Tensor b = upload(scope, "b", 4, 5);
            Tensor out = scope.allocate(3, 5);
            try (Recording recording = backend.record(() -> backend.products().multiply(a, b, out))) {
                float[] first = out.toArray();
                a.write(new float[12]);
                recording.replay();
                assertThat(first).doesNotContain(0);
                assertThat(out.toArray()).containsOnly(0);
            }
        }
    }

    @Test
    void itsMemoryIsTypedWhenItIsShort() {
        assumeTrue(EmulatedDriver.isLoaded(), "the driver of this JVM is not the emulated one");
        EmulatedDriver.Number.MEMORY.set(EmulatedDriver.Number.LIVE_BYTES.get() + (16 << 20));
        try (Backend each = Backends.open(NAME)) {
            assertThatThrownBy(() -> linear(each))
                    .isInstanceOf(OutOfDeviceMemoryException.class)
                    .hasMessageStartingWith(NAME + ": " + (32 << 20) + " bytes asked for, at most ");
        } finally {
            EmulatedDriver.Number.MEMORY.set(2L << 30);
        }
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(CublasLibrary.reasonAgainst(Map.of()))
                .isIn(null, "no cuBLAS (libcublas.so.12) found; install that of CUDA 12");
        assertThatThrownBy(() -> Backends.open("cuda:2:cublas")).isInstanceOf(BackendUnavailableException.class);
        assertThatThrownBy(() -> Backends.open("cuda:0:cublas+tf32")).isInstanceOf(RuntimeException.class);
    }
}
