package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.kernels.cpu.gemm.Gemm;
import dev.ideal4j.kernels.cpu.gemm.Matrix;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Implements {@link Losses}. Three parts are float32: the exponentials and logarithms of the focal loss on logits, the
 * softmax of the dice loss, and the matrix products of the losses of deviation vectors. The remaining arithmetic is in
 * double precision. Sums run within a task, then over the tasks in order.
 */
public final class CpuLosses implements Losses.Implementation {
    /** The number of elements of one task where the elements are independent. */
    private static final int CHUNK = 1 << 12;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;
    /** Matrix products within a task, computed by the thread of the task. */
    private final Gemm gemm;

    public CpuLosses(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
        this.gemm = new Gemm(loops, new Workers(1));
    }

    /** The contribution of one task to a loss. */
    private interface Part {
        double of(int index, Scratch scratch);
    }

    /** Sums the parts of all tasks. */
    private void sum(int tasks, Tensor loss, Part part) {
        double[] parts = new double[tasks];
        workers.run(tasks, (index, scratch) -> parts[index] = part.of(index, scratch));
        cpu.array(loss)[offset(loss)] = (float) Arrays.stream(parts).reduce(0, Double::sum);
    }

    @Override
    public void crossEntropy(Tensor logits, Indices labels, Tensor loss, Tensor dLogits) {
        int samples = logits.shape().axis(0);
        int classes = logits.shape().axis(1);
        float[] x = cpu.array(logits);
        float[] dx = cpu.array(dLogits);
        int[] label = cpu.array(labels);
        sum(samples, loss, (sample, scratch) -> {
            int target = label[(int) labels.offset() + sample];
            int at = offset(logits) + sample * classes;
            int to = offset(dLogits) + sample * classes;
            float max = loops.max(x, at, classes);
            double total = 0;
            for (int i = 0; i < classes; i++) {
                total += Math.exp((double) x[at + i] - max);
            }
            for (int i = 0; i < classes; i++) {
                double p = Math.exp((double) x[at + i] - max) / total;
                dx[to + i] = (float) ((i == target ? p - 1 : p) / samples);
            }
            return (Math.log(total) + max - x[at + target]) / samples;
        });
    }

    @Override
    public void focal(Tensor logits, Tensor targets, float alpha, float gamma, Tensor loss, Tensor dLogits) {
        int size = (int) logits.shape().size();
        float[] xs = cpu.array(logits);
        float[] ts = cpu.array(targets);
        float[] dx = cpu.array(dLogits);
        sum(Panels.count(size, CHUNK), loss, (chunk, scratch) -> {
            int first = chunk * CHUNK;
            int count = Math.min(size - first, CHUNK);
            float[] powers = scratch.floats(Use.VALUES, count);
            float[] logs = scratch.floats(Use.KEYS, count);
            loops.logistic(xs, offset(logits) + first, powers, 0, logs, 0, count);
            double sum = 0;
            for (int i = first; i < first + count; i++) {
                double x = xs[offset(logits) + i];
                double t = ts[offset(targets) + i];
                double e = powers[i - first];
                double p = (x < 0 ? e : 1) / (1 + e);
                double entropy = Math.max(x, 0) - x * t + logs[i - first];
                double missed = 1 - (p * t + (1 - p) * (1 - t));
                double weight = alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t);
                double focus = power(missed, gamma);
                double dFocus = gamma == 0 ? 0 : gamma * power(missed, gamma - 1) * p * (1 - p) * (1 - 2 * t);
                dx[offset(dLogits) + i] = (float) (weight * (focus * (p - t) + dFocus * entropy) / size);
                sum += weight * focus * entropy / size;
            }
            return sum;
        });
    }

    @Override
    public void probabilityFocal(
            Tensor probabilities, Tensor targets, float gamma, float smoothing, Tensor loss, Tensor dProbabilities) {
        int size = (int) targets.shape().size();
        int pixels = targets.shape().axis(1);
        float[] ps = cpu.array(probabilities);
        float[] labels = cpu.array(targets);
        float[] dp = cpu.array(dProbabilities);
        double keep = 1 - (double) smoothing;
        sum(Panels.count(size, CHUNK), loss, (chunk, scratch) -> {
            double sum = 0;
            for (int i = chunk * CHUNK; i < Math.min(size, (chunk + 1) * CHUNK); i++) {
                int normal = i / pixels * 2 * pixels + i % pixels;
                boolean set = labels[offset(targets) + i] == 1;
                int own = set ? normal + pixels : normal;
                int other = set ? normal : normal + pixels;
                double t =
                        keep * ps[offset(probabilities) + own] + smoothing * (ps[offset(probabilities) + other] + 1.0);
                double missed = Math.max(0, 1 - t);
                double log = Math.log(t);
                double focus = power(missed, gamma);
                double dFocus = gamma == 0 ? 0 : gamma * power(missed, gamma - 1) * log;
                double slope = (dFocus - focus / t) / size;
                sum -= focus * log / size;
                dp[offset(dProbabilities) + own] = (float) (keep * slope);
                dp[offset(dProbabilities) + other] = (float) (smoothing * slope);
            }
            return sum;
        });
    }

    @Override
    public void dice(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits) {
        int samples = logits.shape().axis(0);
        int channels = logits.shape().axis(1);
        int pixels = logits.shape().axis(2);
        float[] x = cpu.array(logits);
        float[] t = cpu.array(targets);
        float[] p = cpu.array(dLogits);
        sum(samples, loss, (sample, scratch) -> {
            int sampleAt = sample * channels * pixels;
            int at = offset(dLogits) + sampleAt;
            softmaxOverChannels(x, offset(logits) + sampleAt, p, at, channels, pixels, scratch);
            double[] slope = new double[channels];
            double[] ofTarget = new double[channels];
            double sum = 0;
            for (int channel = 0; channel < channels; channel++) {
                double both = 1;
                double either = 1;
                for (int i = channel * pixels; i < (channel + 1) * pixels; i++) {
                    double target = t[offset(targets) + sampleAt + i];
                    both += 2 * p[at + i] * target;
                    either += p[at + i] + target;
                }
                slope[channel] = both / either / either / samples;
                ofTarget[channel] = -2 / either / samples;
                sum += (1 - both / either) / samples;
            }
            diceGradient(p, at, t, offset(targets) + sampleAt, slope, ofTarget, pixels, scratch);
            return sum;
        });
    }

    /** Returns {@code xᵉ}, avoiding the cost of {@link Math#pow} for the published values of the exponent. */
    private static double power(double x, float exponent) {
        return exponent == 2 ? x * x : exponent == 1 ? x : Math.pow(x, exponent);
    }

    private void softmaxOverChannels(
            float[] x, int from, float[] p, int to, int channels, int pixels, Scratch scratch) {
        float[] max = scratch.floats(Use.VALUES, CHUNK);
        float[] sum = scratch.floats(Use.KEYS, CHUNK);
        for (int first = 0; first < pixels; first += CHUNK) {
            int n = Math.min(CHUNK, pixels - first);
            Arrays.fill(max, 0, n, Float.NEGATIVE_INFINITY);
            Arrays.fill(sum, 0, n, 0);
            for (int c = 0, at = from + first; c < channels; c++, at += pixels) {
                for (int i = 0; i < n; i++) {
                    max[i] = Math.max(max[i], x[at + i]);
                }
            }
            for (int c = 0, at = first; c < channels; c++, at += pixels) {
                for (int i = 0; i < n; i++) {
                    p[to + at + i] = x[from + at + i] - max[i];
                }
                loops.expSum(p, to + at, 0, p, to + at, n);
                loops.add(sum, 0, p, to + at, sum, 0, n);
            }
            for (int c = 0, at = to + first; c < channels; c++, at += pixels) {
                for (int i = 0; i < n; i++) {
                    p[at + i] /= sum[i];
                }
            }
        }
    }

    /**
     * Replaces probabilities by the gradients of the logits. The gradient of a probability is
     * {@code slope + ofTarget·t}.
     */
    private static void diceGradient(
            float[] p, int at, float[] t, int from, double[] slope, double[] ofTarget, int pixels, Scratch scratch) {
        double[] mean = scratch.doubles(CHUNK);
        for (int first = 0; first < pixels; first += CHUNK) {
            int n = Math.min(CHUNK, pixels - first);
            Arrays.fill(mean, 0, n, 0);
            for (int c = 0, j = first; c < slope.length; c++, j += pixels) {
                for (int i = 0; i < n; i++) {
                    mean[i] += p[at + j + i] * (slope[c] + ofTarget[c] * t[from + j + i]);
                }
            }
            for (int c = 0, j = first; c < slope.length; c++, j += pixels) {
                for (int i = 0; i < n; i++) {
                    p[at + j + i] = (float) (p[at + j + i] * (slope[c] + ofTarget[c] * t[from + j + i] - mean[i]));
                }
            }
        }
    }

    @Override
    public void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors) {
        int samples = residuals.shape().axis(0);
        int rows = residuals.shape().axis(1);
        int width = residuals.shape().last();
        int count = vectors.shape().axis(1);
        float[] r = cpu.array(residuals);
        float[] w = cpu.array(weights);
        float[] v = cpu.array(vectors);
        float[] dv = cpu.array(dVectors);
        int total = samples * rows;
        sum(samples, loss, (sample, scratch) -> {
            float[] directions = scratch.floats(Use.VALUES, rows * width);
            for (int i = 0; i < rows; i++) {
                float weight = w[offset(weights) + sample * rows + i];
                int at = offset(residuals) + (sample * rows + i) * width;
                loops.scale(r, at, weight, directions, i * width, width);
                normalize(directions, i * width, width, Losses.COSINE_EPS);
            }
            int first = offset(vectors) + sample * count * width;
            float[] unit = scratch.floats(Use.KEYS, count * width);
            System.arraycopy(v, first, unit, 0, count * width);
            for (int j = 0; j < count; j++) {
                normalize(unit, j * width, width, Losses.COSINE_EPS);
            }
            float[] cosines = scratch.floats(Use.COEFFICIENTS, rows * count);
            Matrix columns = new Matrix(unit, 0, width).transpose();
            gemm.run(new Matrix(directions, 0, width), rows, width, columns, count, gemm.store(cosines, 0, count));
            int to = offset(dVectors) + sample * count * width;
            Arrays.fill(dv, to, to + count * width, 0);
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                int nearest = 0;
                float best = Float.NEGATIVE_INFINITY;
                for (int j = 0; j < count; j++) {
                    float cosine = cosines[i * count + j];
                    if (cosine > best || Float.isNaN(cosine)) {
                        best = cosine;
                        nearest = j;
                    }
                }
                sum += (1.0 - best) / total;
                loops.axpy(-1f / total, directions, i * width, dv, to + nearest * width, width);
            }
            for (int j = 0; j < count; j++) {
                RowGradients.l2(loops, v, first + j * width, Losses.COSINE_EPS, dv, to + j * width, width);
            }
            return sum;
        });
    }

    private void normalize(float[] x, int at, int width, float eps) {
        float norm = (float) Math.sqrt(loops.dot(x, at, x, at, width));
        loops.scale(x, at, 1 / Math.max(norm, eps), x, at, width);
    }

    @Override
    public void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors) {
        int samples = vectors.shape().axis(0);
        int count = vectors.shape().axis(1);
        int width = vectors.shape().last();
        double pairs = (double) samples * count * count;
        float[] v = cpu.array(vectors);
        float[] dv = cpu.array(dVectors);
        sum(samples, loss, (sample, scratch) -> {
            int first = offset(vectors) + sample * count * width;
            int to = offset(dVectors) + sample * count * width;
            float[] unit = scratch.floats(Use.KEYS, count * width);
            System.arraycopy(v, first, unit, 0, count * width);
            for (int j = 0; j < count; j++) {
                normalize(unit, j * width, width, Losses.NORM_EPS);
            }
            float[] excess = scratch.floats(Use.COEFFICIENTS, count * count);
            Matrix rows = new Matrix(unit, 0, width);
            gemm.run(rows, count, width, rows.transpose(), count, gemm.store(excess, 0, count));
            double sum = 0;
            for (int i = 0; i < count * count; i++) {
                double e = excess[i] - (i % count == i / count ? 1 : 0);
                sum += e * e / pairs;
                excess[i] = (float) (4 * e / pairs);
            }
            gemm.run(new Matrix(excess, 0, count), count, count, rows, width, gemm.store(dv, to, width));
            for (int j = 0; j < count; j++) {
                RowGradients.l2(loops, v, first + j * width, Losses.NORM_EPS, dv, to + j * width, width);
            }
            return sum;
        });
    }
}
