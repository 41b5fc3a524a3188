package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Updates;

/** {@link Updates} by {@code updates.kc}. */
final class GpuUpdates implements Updates {
    GpuUpdates(GpuBackend backend) {}
}
