package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Resampling;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Implements {@link Resampling} by {@code resampling.kc} and {@code resampling-gradients.kc}. */
final class GpuResampling implements Resampling.Implementation {
    private final GpuBackend backend;
    private final boolean float64;
    private final Kernels kernels;
    private final Kernels gradients;
    /**
     * The weights of blurs by standard deviation. They are kept because few are ever used and because recorded commands
     * cannot copy them from the host.
     */
    private final Map<Float, Indices> weightsOfBlurs = new ConcurrentHashMap<>();

    GpuResampling(GpuBackend backend) {
        this.backend = backend;
        this.float64 = backend.runtime().device().float64();
        this.kernels = backend.kernels(Map.of("FLOAT64", float64 ? 1 : 0), "resampling");
        this.gradients = backend.kernels("resampling-gradients");
    }

    @Override
    public void bilinear(Tensor x, Tensor out) {
        kernels.launch("bilinear")
                .in(x)
                .out(out)
                .with(x.shape().axis(1), x.shape().axis(2))
                .with(out.shape().axis(1), out.shape().axis(2))
                .elements(out.shape().size());
    }

    @Override
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        Indices weights =
                weightsOfBlurs.computeIfAbsent(sigma, key -> backend.constant(bits(Resampling.gaussianWeights(key))));
        int radius = (int) weights.shape().size() / (float64 ? 2 : 1) - 1;
        int height = x.shape().axis(1);
        int width = x.shape().axis(2);
        try (Scope scratch = backend.scope()) {
            Tensor down = scratch.allocateUninitialised(x.shape());
            blur(x, weights, radius, height, width, down);
            blur(down, weights, radius, width, 1, out);
        }
    }

    private void blur(Tensor x, Indices weights, int radius, int length, int step, Tensor out) {
        kernels.launch("blur")
                .in(x)
                .in(weights)
                .with(radius)
                .out(out)
                .with(length, step)
                .elements(x.shape().size());
    }

    /** Returns the bits of the weights, in double precision or, where the device lacks it, in single precision. */
    private int[] bits(double[] weights) {
        int[] bits = new int[(float64 ? 2 : 1) * weights.length];
        for (int i = 0; i < weights.length; i++) {
            if (float64) {
                long wide = Double.doubleToRawLongBits(weights[i]);
                bits[2 * i] = (int) wide; // little-endian, which is required of every device
                bits[2 * i + 1] = (int) (wide >>> 32);
            } else {
                bits[i] = Float.floatToRawIntBits((float) weights[i]);
            }
        }
        return bits;
    }

    @Override
    public void bilinearGradient(Tensor dOut, Tensor dx) {
        int maps = dx.shape().axis(0);
        int height = dx.shape().axis(1);
        int width = dx.shape().axis(2);
        int fromHeight = dOut.shape().axis(1);
        int fromWidth = dOut.shape().axis(2);
        try (Scope scratch = backend.scope()) {
            Tensor sums = scratch.allocateUninitialised(maps, height, fromWidth);
            gradients
                    .launch("gather_rows")
                    .in(dOut)
                    .out(sums)
                    .with(height, fromHeight, fromWidth)
                    .rows(maps * height);
            gradients
                    .launch("gather_columns")
                    .in(sums)
                    .out(dx)
                    .with(width, fromWidth)
                    .elements(dx.shape().size());
        }
    }
}
