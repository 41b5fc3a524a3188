package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/** {@link Convolution} by {@code convolution.kc} and {@code convolution-gradients.kc}. */
final class GpuConvolution implements Convolution.Implementation {
    private final Kernels kernels;
    private final Kernels gradients;
    private final PixelLoop pixels;

    GpuConvolution(GpuBackend backend) {
        this.kernels = backend.kernels("convolution");
        this.gradients = backend.kernels("windows", "convolution-gradients");
        this.pixels = new PixelLoop(backend);
    }

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        kernels.launch("patches")
                .in(images)
                .out(out)
                .with(
                        images.shape().axis(1),
                        images.shape().axis(2),
                        images.shape().axis(3),
                        size)
                .elements(out.shape().size());
    }

    @Override
    public void unfold(Tensor images, Window window, Tensor out) {
        GpuPooling.windows(kernels.launch("unfold").in(images).out(out), images.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        Launch launch = gradients.launch("fold").in(dOut).out(dImages);
        pixels.start(GpuPooling.windows(launch, dImages.shape(), window), dImages.shape());
    }
}
