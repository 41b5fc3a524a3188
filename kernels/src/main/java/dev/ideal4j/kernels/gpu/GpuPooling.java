package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Pooling;

/** {@link Pooling} by {@code pooling.kc}. */
final class GpuPooling implements Pooling {
    GpuPooling(GpuBackend backend) {}
}
