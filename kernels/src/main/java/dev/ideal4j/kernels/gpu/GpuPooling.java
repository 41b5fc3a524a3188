package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

/** Implements {@link Pooling} by {@code pooling.kc} and {@code pooling-gradients.kc}. */
final class GpuPooling implements Pooling.Implementation {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final Kernels gradients;
    private final PixelLoop pixels;

    GpuPooling(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("pooling");
        this.gradients = backend.kernels("windows", "pooling-gradients");
        this.pixels = new PixelLoop(backend);
    }

    /**
     * Adds the sizes of {@code (b, h, w, c)} maps, the number of windows that fit, and the window, in the order of the
     * kernels.
     */
    static Launch windows(Launch launch, Shape maps, Window window) {
        int height = maps.axis(1);
        int width = maps.axis(2);
        return launch.with(height, width, maps.axis(3))
                .with(window.count(height), window.count(width))
                .with(window.kernel(), window.stride(), window.padding());
    }

    @Override
    public void max(Tensor x, Window window, Tensor out) {
        windows(kernels.launch("maximum").in(x).out(out), x.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void average(Tensor x, Window window, Tensor out) {
        windows(kernels.launch("average").in(x).out(out), x.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        Shape maps = x.shape();
        try (Scope scratch = backend.scope()) {
            Indices at = scratch.allocateIndices(dOut.shape().toArray());
            windows(gradients.launch("largest_positions").in(x).out(at), maps, window)
                    .elements(dOut.shape().size());
            Launch launch = gradients.launch("max_gradient").in(at).in(dOut).out(dx);
            pixels.start(windows(launch, maps, window), maps);
        }
    }
}
