package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Updates;

/** Implements {@link Updates} by {@code updates.kc}. */
final class GpuUpdates implements Updates.Implementation {
    /** The same value as in {@code updates.kc}. */
    private static final int CHUNK = 4096;

    private final GpuBackend backend;
    private final Kernels kernels;

    GpuUpdates(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("updates");
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
        Tensor most = settings.amsgrad() ? largest : null;
        double correction1 = 1 - Math.pow(settings.beta1(), step);
        try (Scope scratch = backend.scope()) {
            Tensor divisor = null;
            if (clip > 0) {
                divisor = divisor(parameter, gradient, second, most, step, settings, clip, scratch);
            }
            Launch launch = kernels.launch("adam")
                    .out(parameter)
                    .in(gradient)
                    .out(first)
                    .out(second)
                    .optional(most, second)
                    .optional(divisor, second)
                    .with((float) settings.beta1())
                    .with((float) (1 - settings.beta1()));
            secondMoment(launch, step, settings)
                    .with((float) (settings.decoupled() ? rate * settings.weightDecay() : settings.weightDecay()))
                    .with((float) (rate / correction1))
                    .elements(parameter.shape().size());
        }
    }

    private Tensor divisor(
            Tensor parameter,
            Tensor gradient,
            Tensor second,
            Tensor largest,
            int step,
            Updates.Adam settings,
            float clip,
            Scope scratch) {
        long size = parameter.shape().size();
        int chunks = Math.toIntExact((size + CHUNK - 1) / CHUNK);
        Tensor parts = scratch.allocateUninitialised(chunks);
        Tensor divisor = scratch.allocateUninitialised(1);
        Launch launch = kernels.launch("adam_squares")
                .in(parameter)
                .in(gradient)
                .in(second)
                .optional(largest, second)
                .out(parts);
        secondMoment(launch, step, settings)
                .with((float) settings.weightDecay())
                .with(size)
                .rows(chunks);
        kernels.launch("adam_divisor")
                .in(parts)
                .out(divisor)
                .with((float) size)
                .with(clip)
                .with(chunks)
                .rows(1);
        return divisor;
    }

    private static Launch secondMoment(Launch launch, int step, Updates.Adam settings) {
        return launch.with((float) settings.beta2())
                .with((float) (1 - settings.beta2()))
                .with((float) Math.sqrt(1 - Math.pow(settings.beta2(), step)))
                .with((float) settings.eps())
                .with(settings.decoupled() ? 1 : 0);
    }
}
