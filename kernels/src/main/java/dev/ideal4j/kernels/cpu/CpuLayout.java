package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;

/** {@link Layout} by the JVM's own copies. */
final class CpuLayout implements Layout.Implementation {
    private final CpuBackend backend;

    CpuLayout(CpuBackend backend) {
        this.backend = backend;
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        int count = (int) from.shape().size();
        System.arraycopy(backend.array(from), offset(from), backend.array(to), offset(to), count);
    }
}
