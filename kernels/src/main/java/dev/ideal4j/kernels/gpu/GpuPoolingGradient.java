package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

/** Gradients of {@link Pooling}, by {@code pooling-gradients.kc}. */
final class GpuPoolingGradient {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final PixelLoop pixels;

    GpuPoolingGradient(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("windows", "pooling-gradients");
        this.pixels = new PixelLoop(backend);
    }

    void max(Tensor x, Window window, Tensor dOut, Tensor dx) {
        Pooling.checkMaxGradient(x, window, dOut, dx);
        Shape maps = x.shape();
        try (Scope scratch = backend.scope()) {
            Indices at = scratch.allocateIndices(dOut.shape().toArray());
            GpuPooling.windows(kernels.launch("largest_positions").in(x).out(at), maps, window)
                    .elements(dOut.shape().size());
            Launch launch = kernels.launch("max_gradient").in(at).in(dOut).out(dx);
            pixels.start(GpuPooling.windows(launch, maps, window), maps);
        }
    }

    void average(Window window, Tensor dOut, Tensor dx) {
        Pooling.checkPooling(dx, window, dOut);
        Launch launch = kernels.launch("average_gradient").in(dOut).out(dx);
        pixels.start(GpuPooling.windows(launch, dx.shape(), window), dx.shape());
    }

    void globalAverage(Tensor dOut, Tensor dx) {
        Pooling.checkGlobalAverage(dx, dOut);
        Launch launch = kernels.launch("global_average_gradient").in(dOut).out(dx);
        pixels.start(launch.with(dx.shape().axis(1), dx.shape().last()), dx.shape());
    }
}
