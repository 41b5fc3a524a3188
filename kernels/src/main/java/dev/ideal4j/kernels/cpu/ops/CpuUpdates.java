package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Implements {@link Updates} in plain loops that the JIT compiler turns into vector instructions. Elements are updated
 * in single precision, and the mean square for clipping is computed in double precision.
 */
public final class CpuUpdates implements Updates.Implementation {
    private static final int CHUNK = 1 << 13;

    private final CpuRuntime cpu;
    private final Workers workers;

    public CpuUpdates(CpuRuntime cpu) {
        this.cpu = cpu;
        this.workers = cpu.workers();
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
            Updates.Adam settings,
            float clip) {
        AdamStep adam = new AdamStep(parameter, gradient, first, second, largest, step, settings);
        int size = (int) parameter.shape().size();
        int chunks = Panels.count(size, CHUNK);
        double divisor = 1;
        if (clip > 0) {
            double[] squares = new double[chunks];
            workers.run(chunks, (chunk, scratch) -> {
                int start = chunk * CHUNK;
                int count = Math.min(CHUNK, size - start);
                float[] decayed = scratch.floats(Use.VALUES, CHUNK);
                adam.gradient(start, count, decayed);
                adam.moments(start, count, decayed);
                squares[chunk] = adam.squaredShares(start, count, decayed);
            });
            double mean = Arrays.stream(squares).reduce(0, Double::sum) / size;
            divisor = Math.max(1, Math.sqrt(mean) / clip);
        }
        double clipped = rate / divisor;
        workers.run(chunks, (chunk, scratch) -> {
            int start = chunk * CHUNK;
            int count = Math.min(CHUNK, size - start);
            if (clip == 0) {
                float[] decayed = scratch.floats(Use.VALUES, CHUNK);
                adam.gradient(start, count, decayed);
                adam.moments(start, count, decayed);
            }
            adam.step(start, count, clipped);
        });
    }

    /** One update step on the arrays behind the tensors. */
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
        private final Updates.Adam settings;
        private final double correction1;

        /** {@code 1/√(1 − β₂ᵏ)}. */
        private final float correction2;

        AdamStep(
                Tensor parameter,
                Tensor gradient,
                Tensor first,
                Tensor second,
                Tensor largest,
                int step,
                Updates.Adam settings) {
            p = cpu.array(parameter);
            pAt = offset(parameter);
            g = cpu.array(gradient);
            gAt = offset(gradient);
            m = cpu.array(first);
            mAt = offset(first);
            v = cpu.array(second);
            vAt = offset(second);
            vMax = settings.amsgrad() ? cpu.array(largest) : v;
            vMaxAt = settings.amsgrad() ? offset(largest) : vAt;
            this.settings = settings;
            correction1 = 1 - Math.pow(settings.beta1(), step);
            correction2 = (float) (1 / Math.sqrt(1 - Math.pow(settings.beta2(), step)));
        }

        /** Writes the gradient, plus Adam's coupled weight decay unless the decay is decoupled. */
        void gradient(int first, int count, float[] out) {
            System.arraycopy(g, gAt + first, out, 0, count);
            if (!settings.decoupled()) {
                addScaled((float) settings.weightDecay(), p, pAt + first, out, 0, count);
            }
        }

        void moments(int first, int count, float[] gradient) {
            moments(
                    gradient,
                    (float) settings.beta1(),
                    (float) (1 - settings.beta1()),
                    m,
                    mAt + first,
                    (float) settings.beta2(),
                    (float) (1 - settings.beta2()),
                    v,
                    vAt + first,
                    count);
            if (settings.amsgrad()) {
                for (int i = first; i < first + count; i++) {
                    vMax[vMaxAt + i] = Math.max(vMax[vMaxAt + i], v[vAt + i]);
                }
            }
        }

        /** {@code Σ (g/denominator)²}. */
        double squaredShares(int first, int count, float[] gradient) {
            double squares = 0;
            for (int i = 0; i < count; i++) {
                double denominator = Math.sqrt(vMax[vMaxAt + first + i]) * correction2 + settings.eps();
                double share = gradient[i] / denominator;
                squares += share * share;
            }
            return squares;
        }

        void step(int first, int count, double rate) {
            if (settings.decoupled()) {
                addScaled((float) (-rate * settings.weightDecay()), p, pAt + first, p, pAt + first, count);
            }
            step(
                    p,
                    pAt + first,
                    (float) (rate / correction1),
                    m,
                    mAt + first,
                    vMax,
                    vMaxAt + first,
                    correction2,
                    (float) settings.eps(),
                    count);
        }

        /** {@code to += f·from}. */
        private static void addScaled(float f, float[] from, int fo, float[] to, int offset, int n) {
            for (int i = 0; i < n; i++) {
                to[offset + i] += f * from[fo + i];
            }
        }

        /** {@code m = a·m + (1 − a)g, v = b·v + (1 − b)g²}. */
        private static void moments(
                float[] g,
                float a,
                float restOfA,
                float[] m,
                int mo,
                float b,
                float restOfB,
                float[] v,
                int vo,
                int n) {
            for (int i = 0; i < n; i++) {
                m[mo + i] = a * m[mo + i] + restOfA * g[i];
                v[vo + i] = b * v[vo + i] + restOfB * g[i] * g[i];
            }
        }

        /** {@code p −= r·m/(√v·f + eps)}. */
        private static void step(
                float[] p, int po, float r, float[] m, int mo, float[] v, int vo, float f, float eps, int n) {
            for (int i = 0; i < n; i++) {
                float root = (float) Math.sqrt(v[vo + i]);
                p[po + i] -= r * m[mo + i] / (root * f + eps);
            }
        }
    }
}
