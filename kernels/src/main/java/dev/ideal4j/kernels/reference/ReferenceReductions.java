package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;
import java.util.Arrays;

record ReferenceReductions(ReferenceBackend backend) implements Reductions.Implementation {
    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] means = new double[x.shape().rows()];
        for (int row = 0; row < means.length; row++) {
            double[] sorted = Arrays.copyOfRange(values, row * width, (row + 1) * width);
            Arrays.sort(sorted); // NaN is sorted last, like the largest value
            for (int i = width - k; i < width; i++) {
                means[row] += sorted[i] / k;
            }
        }
        backend.write(means, out);
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] norms = new double[x.shape().rows()];
        for (int row = 0; row < norms.length; row++) {
            norms[row] = Rows.norm(values, row * width, width);
        }
        backend.write(norms, out);
    }

    @Override
    public void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] gradients = backend.read(dOut);
        double[] result = new double[values.length];
        for (int row = 0; row < gradients.length; row++) {
            int from = row * width;
            Integer[] order = new Integer[width];
            Arrays.setAll(order, i -> from + i);
            Arrays.sort(order, (a, b) -> Double.compare(values[b], values[a])); // equal values keep their order
            for (int i = 0; i < k; i++) {
                result[order[i]] = gradients[row] / k;
            }
        }
        backend.write(result, dx);
    }

    @Override
    public void columnSum(Tensor x, Tensor out) {
        int width = x.shape().last();
        double[] values = backend.read(x);
        double[] sums = new double[width];
        for (int row = 0; row < x.shape().rows(); row++) {
            Rows.add(1, values, row * width, sums, 0, width);
        }
        backend.write(sums, out);
    }
}
