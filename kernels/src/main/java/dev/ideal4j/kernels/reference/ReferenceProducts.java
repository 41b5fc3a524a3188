package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Products;
import java.util.Arrays;

record ReferenceProducts(ReferenceBackend backend) implements Products.Implementation {
    /** A copy of the weight and the bias (null for none) in its own memory. */
    private record Weight(Tensor weight, Tensor bias, Scope memory) implements PackedWeight {
        @Override
        public int in() {
            return weight.shape().axis(1);
        }

        @Override
        public int out() {
            return weight.shape().axis(0);
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public PackedWeight pack(Tensor weight, Tensor bias, Scope scope) {
        Scope memory = backend.memoryWithin(scope);
        return new Weight(backend.copyOf(weight, memory), bias == null ? null : backend.copyOf(bias, memory), memory);
    }

    @Override
    public void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        if (!(weight instanceof Weight packed)) {
            throw new InvalidInputException("weight", "one packed by another backend", "one of " + backend.name());
        }
        int rows = x.shape().rows();
        int width = weight.out();
        double[] result = times(backend.read(x), backend.read(packed.weight), rows, weight.in(), width, true);
        double[] bias = packed.bias == null ? new double[width] : backend.read(packed.bias);
        double[] scale = epilogue.scale() == null ? null : backend.read(epilogue.scale());
        double[] residual = epilogue.residual() == null ? null : backend.read(epilogue.residual());
        for (int i = 0; i < result.length; i++) {
            int column = i % width;
            result[i] += bias[column];
            result[i] = epilogue.activation().at(result[i]);
            if (scale != null) {
                result[i] *= scale[column];
            }
            if (residual != null) {
                result[i] += residual[i % residual.length];
            }
        }
        backend.write(result, out);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        multiply(a, b, b.shape().axis(-2), b.shape().axis(-1), false, out);
    }

    @Override
    public void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        multiply(a, b, b.shape().axis(-1), b.shape().axis(-2), true, out);
    }

    private void multiply(Tensor a, Tensor b, int inner, int width, boolean transposed, Tensor out) {
        if (b.shape().rank() == 2) {
            int rows = a.shape().rows();
            backend.write(times(backend.read(a), backend.read(b), rows, inner, width, transposed), out);
            return;
        }
        int rows = a.shape().axis(1);
        for (int sample = 0; sample < a.shape().axis(0); sample++) {
            double[] left = backend.read(a.slice(sample, 1));
            double[] right = backend.read(b.slice(sample, 1));
            backend.write(times(left, right, rows, inner, width, transposed), out.slice(sample, 1));
        }
    }

    /** Returns {@code a b}, or {@code a bᵀ} if transposed. */
    private static double[] times(double[] a, double[] b, int rows, int inner, int width, boolean transposed) {
        double[] result = new double[rows * width];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < width; column++) {
                double sum = 0;
                for (int i = 0; i < inner; i++) {
                    sum += a[row * inner + i] * b[transposed ? column * inner + i : i * width + column];
                }
                result[row * width + column] = sum;
            }
        }
        return result;
    }

    @Override
    public void orthonormalize(Tensor x, Tensor out) {
        int width = x.shape().last();
        int rows = x.shape().axis(-2);
        double[] values = backend.read(x);
        for (int row = 0; row < x.shape().rows(); row++) {
            int from = row * width;
            double whole = Rows.norm(values, from, width);
            subtractProjections(values, row / rows * rows, row, width);
            double remainder = Rows.norm(values, from, width);
            if (!Double.isFinite(remainder)) {
                Arrays.fill(values, from, from + width, Double.NaN);
            } else if (remainder <= Products.DEPENDENCE * whole) {
                Arrays.fill(values, from, from + width, 0);
            } else {
                subtractProjections(values, row / rows * rows, row, width);
                Rows.normalize(values, from, width, 0);
            }
        }
        backend.write(values, out);
    }

    /** Subtracts from a row its projections onto the orthonormal rows {@code first} to {@code row − 1}. */
    private static void subtractProjections(double[] values, int first, int row, int width) {
        for (int before = first; before < row; before++) {
            double share = Rows.dot(values, before * width, values, row * width, width);
            Rows.add(-share, values, before * width, values, row * width, width);
        }
    }

    @Override
    public void transposedMultiply(Tensor a, Tensor b, Tensor out) {
        int rows = a.shape().axis(-2);
        int left = a.shape().last();
        int right = b.shape().last();
        int samples = a.shape().rank() == 2 ? 1 : a.shape().axis(0);
        double[] as = backend.read(a);
        double[] bs = backend.read(b);
        double[] result = new double[samples * left * right];
        for (int row = 0; row < samples * rows; row++) {
            for (int column = 0; column < left; column++) {
                int to = (row / rows * left + column) * right;
                Rows.add(as[row * left + column], bs, row * right, result, to, right);
            }
        }
        backend.write(result, out);
    }

    @Override
    public void transpose(Tensor x, Tensor out) {
        int rows = x.shape().axis(1);
        int width = x.shape().axis(2);
        double[] values = backend.read(x);
        double[] result = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            int sample = i / (rows * width);
            result[(sample * width + i % width) * rows + i / width % rows] = values[i];
        }
        backend.write(result, out);
    }
}
