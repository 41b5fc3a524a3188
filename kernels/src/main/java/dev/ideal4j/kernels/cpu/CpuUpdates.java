package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Updates;
import java.util.Arrays;

/** {@link Updates}, element by element in double precision; moments are rounded only when they are stored. */
final class CpuUpdates implements Updates {
    private static final int CHUNK = 1 << 13;

    private final CpuBackend backend;
    private final Workers workers;

    CpuUpdates(CpuBackend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    @Override
    public void adam(
            Tensor parameter,
            Tensor gradient,
            Tensor first,
            Tensor second,
            Tensor largest,
            int step,
            double rate,
            Adam settings,
            float clip) {
        Updates.checkAdam(parameter, gradient, first, second, largest, step, settings);
        AdamStep adam = new AdamStep(parameter, gradient, first, second, largest, step, settings);
        int size = (int) parameter.shape().size();
        int chunks = Panels.count(size, CHUNK);
        double divisor = 1;
        if (clip > 0) {
            double[] squares = new double[chunks];
            workers.run(chunks, (chunk, scratch) -> {
                for (int i = chunk * CHUNK; i < Math.min(size, (chunk + 1) * CHUNK); i++) {
                    double share = adam.gradient(i) / adam.denominator(adam.secondMoment(i), i);
                    squares[chunk] += share * share;
                }
            });
            double mean = Arrays.stream(squares).reduce(0, Double::sum) / size;
            divisor = Math.max(1, Math.sqrt(mean) / clip);
        }
        double clipped = rate / divisor;
        workers.run(chunks, (chunk, scratch) -> {
            for (int i = chunk * CHUNK; i < Math.min(size, (chunk + 1) * CHUNK); i++) {
                adam.update(i, clipped);
            }
        });
    }

    /** One step on the arrays behind the tensors. */
    private final class AdamStep {
        private final float[] p;
        private final int pAt;
        private final float[] g;
        private final int gAt;
        private final float[] m;
        private final int mAt;
        private final float[] v;
        private final int vAt;
        private final float[] vMax;
        private final int vMaxAt;
        private final Adam settings;
        private final double correction1;
        private final double correction2;

        AdamStep(
                Tensor parameter,
                Tensor gradient,
                Tensor first,
                Tensor second,
                Tensor largest,
                int step,
                Adam settings) {
            p = backend.array(parameter);
            pAt = offset(parameter);
            g = backend.array(gradient);
            gAt = offset(gradient);
            m = backend.array(first);
            mAt = offset(first);
            v = backend.array(second);
            vAt = offset(second);
            vMax = settings.amsgrad() ? backend.array(largest) : null;
            vMaxAt = settings.amsgrad() ? offset(largest) : 0;
            this.settings = settings;
            correction1 = 1 - Math.pow(settings.beta1(), step);
            correction2 = Math.sqrt(1 - Math.pow(settings.beta2(), step));
        }

        /** With Adam's own weight decay. */
        double gradient(int i) {
            return settings.decoupled() ? g[gAt + i] : g[gAt + i] + settings.weightDecay() * p[pAt + i];
        }

        double secondMoment(int i) {
            double gradient = gradient(i);
            return settings.beta2() * v[vAt + i] + (1 - settings.beta2()) * gradient * gradient;
        }

        double denominator(double second, int i) {
            double largest = vMax == null ? second : Math.max(vMax[vMaxAt + i], second);
            return Math.sqrt(largest) / correction2 + settings.eps();
        }

        void update(int i, double rate) {
            double second = secondMoment(i);
            double first = settings.beta1() * m[mAt + i] + (1 - settings.beta1()) * gradient(i);
            double denominator = denominator(second, i);
            double decay = settings.decoupled() ? rate * settings.weightDecay() * p[pAt + i] : 0;
            p[pAt + i] = (float) (p[pAt + i] - (decay + rate / correction1 * first / denominator));
            m[mAt + i] = (float) first;
            v[vAt + i] = (float) second;
            if (vMax != null) {
                vMax[vMaxAt + i] = (float) Math.max(vMax[vMaxAt + i], second);
            }
        }
    }
}
