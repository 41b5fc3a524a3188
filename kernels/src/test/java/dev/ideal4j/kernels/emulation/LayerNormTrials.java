package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.List;
import java.util.stream.Stream;

/** {@code layernorm.cu}. */
final class LayerNormTrials {
    private static final float EPS = 1e-6f;

    private final Backend reference;

    LayerNormTrials(Backend reference) {
        this.reference = reference;
    }

    private record Rows(String kernel, int rows, int width) {}

    private static final List<Rows> SIZES = List.of(
            new Rows("layernorm_3", 1, 4),
            new Rows("layernorm_3", 9, 384),
            new Rows("layernorm_6", 8, 768),
            new Rows("layernorm_8", 3, 1000),
            new Rows("layernorm_12", 17, 1536));

    Stream<EmulatedTrial> all() {
        return SIZES.stream().map(this::trial);
    }

    private EmulatedTrial trial(Rows size) {
        float[] x = EmulatedTrial.values("x" + size, size.rows * size.width);
        float[] gamma = EmulatedTrial.values("gamma" + size, size.width);
        float[] beta = EmulatedTrial.values("beta" + size, size.width);
        float[] expected;
        try (Scope scope = reference.scope()) {
            Tensor out = scope.allocate(size.rows, size.width);
            reference
                    .normalization()
                    .layerNorm(
                            scope.upload(x, size.rows, size.width),
                            scope.upload(gamma, size.width),
                            scope.upload(beta, size.width),
                            EPS,
                            out);
            expected = out.toArray();
        }
        // No mutants: the kernel has no barrier.
        return new EmulatedTrial(
                size.toString(),
                "layernorm.cu",
                device -> run(device, size, x, gamma, beta),
                expected,
                2e-6,
                null,
                false);
    }

    private static float[] run(TrialDevice device, Rows size, float[] x, float[] gamma, float[] beta) {
        Buffer out = device.floats(x.length);
        device.launch(
                size.kernel,
                Launch.of((size.rows + 7) / 8, 256),
                device.upload(x),
                device.upload(gamma),
                device.upload(beta),
                EPS,
                out,
                size.rows,
                size.width);
        return device.read(out);
    }
}
