package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Losses;

/** {@link Losses} by {@code losses.kc}. */
final class GpuLosses implements Losses {
    GpuLosses(GpuBackend backend) {}
}
