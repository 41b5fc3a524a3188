package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Layout;

/** {@link Layout} through arrays. */
final class ReferenceLayout implements Layout.Implementation {
    private final ReferenceBackend backend;

    ReferenceLayout(ReferenceBackend backend) {
        this.backend = backend;
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        backend.write(backend.read(from), to);
    }
}
