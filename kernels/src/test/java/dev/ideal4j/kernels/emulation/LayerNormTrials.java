package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.List;
import java.util.stream.Stream;

/** {@code layernorm.cu}, alone and with the residual and LayerScale before it. */
final class LayerNormTrials {
    private static final float EPS = 1e-6f;

    private final Backend reference;

    LayerNormTrials(Backend reference) {
        this.reference = reference;
    }

    private record Rows(String kernel, int rows, int width, boolean branch, boolean scale) {}

    private static final List<Rows> SIZES = List.of(
            new Rows("layernorm_3", 1, 4, false, false),
            new Rows("layernorm_3", 9, 384, true, true),
            new Rows("layernorm_6", 8, 768, true, false),
            new Rows("layernorm_8", 3, 1000, false, false),
            new Rows("layernorm_12", 17, 1536, true, true));

    Stream<EmulatedTrial> all() {
        return SIZES.stream().map(this::trial);
    }

    private EmulatedTrial trial(Rows size) {
        int count = size.rows * size.width;
        float[] x = EmulatedTrial.values("x" + size, count);
        float[] branch = size.branch ? EmulatedTrial.values("branch" + size, count) : null;
        float[] scale = size.scale ? EmulatedTrial.values("scale" + size, size.width) : null;
        float[] gamma = EmulatedTrial.values("gamma" + size, size.width);
        float[] beta = EmulatedTrial.values("beta" + size, size.width);
        float[] sum = x.clone();
        for (int i = 0; size.branch && i < count; i++) {
            sum[i] = Math.fma(scale == null ? 1 : scale[i % size.width], branch[i], x[i]);
        }
        float[] expected;
        try (Scope scope = reference.scope()) {
            Tensor out = scope.allocate(size.rows, size.width);
            reference
                    .normalization()
                    .layerNorm(
                            scope.upload(sum, size.rows, size.width),
                            scope.upload(gamma, size.width),
                            scope.upload(beta, size.width),
                            EPS,
                            out);
            expected = out.toArray();
        }
        return new EmulatedTrial(
                size.toString(),
                "layernorm.cu",
                device -> run(device, size, x, branch, scale, gamma, beta),
                Outputs.concat(expected, sum, new float[count]), // the bf16 copy differs from the rounded result by 0
                2e-6,
                null,
                false);
    }

    private static float[] run(
            EmulatedDevice device, Rows size, float[] x, float[] branch, float[] scale, float[] gamma, float[] beta) {
        Buffer rows = device.upload(x);
        Buffer out = device.floats(x.length);
        Buffer rounded = device.allocate(2 * x.length);
        device.launch(
                size.kernel,
                Launch.of((size.rows + 7) / 8, 256),
                rows,
                branch == null ? null : device.upload(branch),
                scale == null ? null : device.upload(scale),
                device.upload(gamma),
                device.upload(beta),
                EPS,
                out,
                rounded,
                size.rows,
                size.width);
        float[] result = device.read(out);
        float[] copy = Outputs.bf16(device.readInts(rounded));
        return Outputs.concat(result, device.read(rows), Outputs.difference(copy, EmulatedTrial.bf16(result)));
    }
}
