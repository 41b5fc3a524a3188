package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;

record ReferenceLosses(ReferenceBackend backend) implements Losses.Implementation {
    private void write(double value, Tensor loss) {
        backend.write(new double[] {value}, loss);
    }

    @Override
    public void crossEntropy(Tensor logits, Indices labels, Tensor loss, Tensor dLogits) {
        int samples = logits.shape().axis(0);
        int classes = logits.shape().axis(1);
        double[] p = backend.read(logits);
        int[] label = backend.read(labels);
        double sum = 0;
        for (int sample = 0; sample < samples; sample++) {
            ReferenceActivations.softmax(p, sample * classes, classes);
            int target = sample * classes + label[sample];
            sum -= Math.log(p[target]) / samples;
            p[target] -= 1;
        }
        for (int i = 0; i < p.length; i++) {
            p[i] /= samples;
        }
        write(sum, loss);
        backend.write(p, dLogits);
    }

    @Override
    public void focal(Tensor logits, Tensor targets, float alpha, float gamma, Tensor loss, Tensor dLogits) {
        double[] x = backend.read(logits);
        double[] t = backend.read(targets);
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            double p = 1 / (1 + Math.exp(-x[i]));
            double entropy = Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
            double missed = 1 - (p * t[i] + (1 - p) * (1 - t[i]));
            double weight = alpha < 0 ? 1 : alpha * t[i] + (1 - alpha) * (1 - t[i]);
            double focus = Math.pow(missed, gamma);
            double dFocus = gamma == 0 ? 0 : gamma * Math.pow(missed, gamma - 1) * p * (1 - p) * (1 - 2 * t[i]);
            sum += weight * focus * entropy / x.length;
            x[i] = weight * (focus * (p - t[i]) + dFocus * entropy) / x.length;
        }
        write(sum, loss);
        backend.write(x, dLogits);
    }

    @Override
    public void probabilityFocal(
            Tensor probabilities, Tensor targets, float gamma, float smoothing, Tensor loss, Tensor dProbabilities) {
        double[] p = backend.read(probabilities);
        double[] label = backend.read(targets);
        int pixels = targets.shape().axis(1);
        double[] dp = new double[p.length];
        double sum = 0;
        for (int i = 0; i < label.length; i++) {
            int normal = i / pixels * 2 * pixels + i % pixels;
            int own = label[i] == 1 ? normal + pixels : normal;
            int other = label[i] == 1 ? normal : normal + pixels;
            double t = (1 - (double) smoothing) * p[own] + smoothing * (p[other] + 1);
            double missed = Math.max(0, 1 - t);
            sum -= Math.pow(missed, gamma) * Math.log(t) / label.length;
            double focus = gamma == 0 ? 0 : gamma * Math.pow(missed, gamma - 1) * Math.log(t);
            double slope = (focus - Math.pow(missed, gamma) / t) / label.length;
            dp[own] = (1 - (double) smoothing) * slope;
            dp[other] = smoothing * slope;
        }
        write(sum, loss);
        backend.write(dp, dProbabilities);
    }

    @Override
    public void dice(Tensor logits, Tensor targets, Tensor loss, Tensor dLogits) {
        int samples = logits.shape().axis(0);
        int channels = logits.shape().axis(1);
        int pixels = logits.shape().axis(2);
        double[] p = backend.read(logits);
        double[] t = backend.read(targets);
        for (int pixel = 0; pixel < samples * pixels; pixel++) {
            softmaxOverChannels(p, pixel / pixels * channels * pixels + pixel % pixels, channels, pixels);
        }
        double sum = 0;
        double[] dp = new double[p.length];
        for (int map = 0; map < samples * channels; map++) {
            int from = map * pixels;
            double both = 2 * Rows.dot(p, from, t, from, pixels) + 1;
            double either = 1;
            for (int i = from; i < from + pixels; i++) {
                either += p[i] + t[i];
            }
            sum += (1 - both / either) / samples;
            for (int i = from; i < from + pixels; i++) {
                dp[i] = -(2 * t[i] - both / either) / either / samples;
            }
        }
        for (int pixel = 0; pixel < samples * pixels; pixel++) {
            int first = pixel / pixels * channels * pixels + pixel % pixels;
            double mean = 0;
            for (int channel = 0; channel < channels; channel++) {
                mean += p[first + channel * pixels] * dp[first + channel * pixels];
            }
            for (int channel = 0; channel < channels; channel++) {
                dp[first + channel * pixels] = p[first + channel * pixels] * (dp[first + channel * pixels] - mean);
            }
        }
        write(sum, loss);
        backend.write(dp, dLogits);
    }

    private static void softmaxOverChannels(double[] x, int first, int channels, int step) {
        double[] column = new double[channels];
        for (int channel = 0; channel < channels; channel++) {
            column[channel] = x[first + channel * step];
        }
        ReferenceActivations.softmax(column, 0, channels);
        for (int channel = 0; channel < channels; channel++) {
            x[first + channel * step] = column[channel];
        }
    }

    @Override
    public void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors) {
        int width = residuals.shape().last();
        int rows = residuals.shape().rows();
        int count = vectors.shape().axis(1);
        double[] r = backend.read(residuals);
        double[] w = backend.read(weights);
        double[] v = backend.read(vectors);
        double[] dv = new double[v.length];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            double[] direction = new double[width];
            Rows.add(w[row], r, row * width, direction, 0, width);
            Rows.normalize(direction, 0, width, Losses.COSINE_EPS);
            int first = row / residuals.shape().axis(1) * count;
            int nearest = first;
            double best = Double.NEGATIVE_INFINITY;
            for (int vector = first; vector < first + count; vector++) {
                double norm = Math.max(Rows.norm(v, vector * width, width), Losses.COSINE_EPS);
                double cosine = Rows.dot(direction, 0, v, vector * width, width) / norm;
                if (cosine > best || Double.isNaN(cosine)) {
                    best = cosine;
                    nearest = vector;
                }
            }
            sum += (1 - best) / rows;
            ReferenceNormalization.l2Gradient(v, nearest * width, direction, 0, width, Losses.COSINE_EPS);
            Rows.add(-1.0 / rows, direction, 0, dv, nearest * width, width);
        }
        write(sum, loss);
        backend.write(dv, dVectors);
    }

    @Override
    public void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors) {
        int samples = vectors.shape().axis(0);
        int count = vectors.shape().axis(1);
        int width = vectors.shape().last();
        double pairs = (double) samples * count * count;
        double[] v = backend.read(vectors);
        double[] unit = v.clone();
        for (int row = 0; row < samples * count; row++) {
            Rows.normalize(unit, row * width, width, Losses.NORM_EPS);
        }
        double[] dv = new double[v.length];
        double sum = 0;
        for (int row = 0; row < samples * count; row++) {
            int first = row / count * count;
            for (int other = first; other < first + count; other++) {
                double excess = Rows.dot(unit, row * width, unit, other * width, width) - (row == other ? 1 : 0);
                sum += excess * excess / pairs;
                Rows.add(4 * excess / pairs, unit, other * width, dv, row * width, width);
            }
            ReferenceNormalization.l2Gradient(v, row * width, dv, row * width, width, Losses.NORM_EPS);
        }
        write(sum, loss);
        backend.write(dv, dVectors);
    }
}
