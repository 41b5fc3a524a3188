package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

record ReferencePooling(ReferenceBackend backend) implements Pooling.Implementation {
    @Override
    public void max(Tensor x, Window window, Tensor out) {
        double[] values = backend.read(x);
        double[] result = new double[(int) out.shape().size()];
        WindowPixels pixels = new WindowPixels(x.shape(), window);
        for (int i = 0; i < result.length; i++) {
            result[i] = values[largest(values, pixels.of(i))];
        }
        backend.write(result, out);
    }

    /** Returns the first of the largest values, or the last NaN if there is one. */
    private static int largest(double[] values, int[] pixels) {
        int best = -1;
        for (int pixel : pixels) {
            boolean inside = pixel >= 0;
            if (inside && (best < 0 || values[pixel] > values[best] || Double.isNaN(values[pixel]))) {
                best = pixel;
            }
        }
        return best;
    }

    @Override
    public void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        double[] values = backend.read(x);
        double[] gradients = backend.read(dOut);
        double[] result = new double[values.length];
        WindowPixels pixels = new WindowPixels(x.shape(), window);
        for (int i = 0; i < gradients.length; i++) {
            result[largest(values, pixels.of(i))] += gradients[i];
        }
        backend.write(result, dx);
    }

    @Override
    public void average(Tensor x, Window window, Tensor out) {
        double[] values = backend.read(x);
        double[] result = new double[(int) out.shape().size()];
        WindowPixels pixels = new WindowPixels(x.shape(), window);
        for (int i = 0; i < result.length; i++) {
            int[] of = pixels.of(i);
            for (int pixel : of) {
                result[i] += pixel < 0 ? 0 : values[pixel] / of.length;
            }
        }
        backend.write(result, out);
    }
}
