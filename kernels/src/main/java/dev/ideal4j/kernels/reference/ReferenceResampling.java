package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Resampling;

record ReferenceResampling(ReferenceBackend backend) implements Resampling.Implementation {
    @Override
    public void bilinear(Tensor x, Tensor out) {
        double[] values = backend.read(x);
        double[] result = new double[(int) out.shape().size()];
        mix(x, out, (target, source, share) -> result[target] += share * values[source]);
        backend.write(result, out);
    }

    @Override
    public void bilinearGradient(Tensor dOut, Tensor dx) {
        double[] gradients = backend.read(dOut);
        double[] result = new double[(int) dx.shape().size()];
        mix(dx, dOut, (target, source, share) -> result[source] += share * gradients[target]);
        backend.write(result, dx);
    }

    @FunctionalInterface
    private interface Share {
        void add(int target, int source, double share);
    }

    /** Visits the four source pixels of every target pixel with their shares. */
    private static void mix(Tensor sources, Tensor targets, Share visitor) {
        int fromHeight = sources.shape().axis(1);
        int fromWidth = sources.shape().axis(2);
        int height = targets.shape().axis(1);
        int width = targets.shape().axis(2);
        for (int i = 0; i < targets.shape().size(); i++) {
            double sourceRow = source(i / width % height, height, fromHeight);
            double sourceColumn = source(i % width, width, fromWidth);
            int map = i / width / height * fromHeight * fromWidth;
            int top = map + (int) sourceRow * fromWidth;
            int bottom = map + Math.min((int) sourceRow + 1, fromHeight - 1) * fromWidth;
            int left = (int) sourceColumn;
            int right = Math.min(left + 1, fromWidth - 1);
            double down = sourceRow - (int) sourceRow;
            double across = sourceColumn - left;
            visitor.add(i, top + left, (1 - down) * (1 - across));
            visitor.add(i, top + right, (1 - down) * across);
            visitor.add(i, bottom + left, down * (1 - across));
            visitor.add(i, bottom + right, down * across);
        }
    }

    /** Returns the source coordinate of a target pixel's centre, at least that of the first pixel's centre. */
    private static double source(int target, int targets, int sources) {
        return Math.max(0, (target + 0.5) * sources / targets - 0.5);
    }

    @Override
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        int height = x.shape().axis(1);
        int width = x.shape().axis(2);
        double[] weights = Resampling.gaussianWeights(sigma);
        double[] values = backend.read(x);
        for (int map = 0; map < x.shape().axis(0); map++) {
            int from = map * height * width;
            for (int column = 0; column < width; column++) {
                blur(values, from + column, width, height, weights);
            }
            for (int row = 0; row < height; row++) {
                blur(values, from + row * width, 1, width, weights);
            }
        }
        backend.write(values, out);
    }

    /** Blurs one line of {@code count} values that are {@code step} apart, in SciPy's order of additions. */
    private static void blur(double[] values, int from, int step, int count, double[] weights) {
        double[] line = new double[count];
        for (int i = 0; i < count; i++) {
            line[i] = values[from + i * step];
        }
        for (int i = 0; i < count; i++) {
            double sum = line[i] * weights[0];
            for (int away = weights.length - 1; away > 0; away--) {
                sum += (line[mirror(i - away, count)] + line[mirror(i + away, count)]) * weights[away];
            }
            values[from + i * step] = (float) sum;
        }
    }

    /** Returns the position in {@code d c b a | a b c d | d c b a}, which continues periodically. */
    private static int mirror(int position, int count) {
        int wrapped = Math.floorMod(position, 2 * count);
        return wrapped < count ? wrapped : 2 * count - 1 - wrapped;
    }
}
