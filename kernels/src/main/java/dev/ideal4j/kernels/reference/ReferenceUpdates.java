package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Updates;

record ReferenceUpdates(ReferenceBackend backend) implements Updates.Implementation {
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
        double[] p = backend.read(parameter);
        double[] g = backend.read(gradient);
        double[] m = backend.read(first);
        double[] v = backend.read(second);
        double[] vMax = settings.amsgrad() ? backend.read(largest) : v;
        double[] denominators = new double[p.length];
        double squares = 0;
        for (int i = 0; i < p.length; i++) {
            if (!settings.decoupled()) {
                g[i] += settings.weightDecay() * p[i];
            }
            m[i] = settings.beta1() * m[i] + (1 - settings.beta1()) * g[i];
            v[i] = settings.beta2() * v[i] + (1 - settings.beta2()) * g[i] * g[i];
            vMax[i] = Math.max(vMax[i], v[i]);
            denominators[i] = Math.sqrt(vMax[i]) / Math.sqrt(1 - Math.pow(settings.beta2(), step)) + settings.eps();
            squares += Math.pow(g[i] / denominators[i], 2) / p.length;
        }
        double divisor = clip > 0 ? Math.max(1, Math.sqrt(squares) / clip) : 1;
        double stepSize = rate / divisor / (1 - Math.pow(settings.beta1(), step));
        for (int i = 0; i < p.length; i++) {
            double decay = settings.decoupled() ? rate / divisor * settings.weightDecay() * p[i] : 0;
            p[i] -= decay + stepSize * m[i] / denominators[i];
        }
        backend.write(p, parameter);
        backend.write(m, first);
        backend.write(v, second);
        if (settings.amsgrad()) {
            backend.write(vMax, largest);
        }
    }
}
