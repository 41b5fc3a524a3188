package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/**
 * Implements {@link Convolution} by {@code convolution.kc}, {@code convolution-gradients.kc} and {@code depthwise.kc}.
 */
final class GpuConvolution implements Convolution.Implementation {
    private final Kernels kernels;
    private final Kernels gradients;
    private final Kernels depthwise;
    private final PixelLoop pixels;

    GpuConvolution(GpuBackend backend) {
        this.kernels = backend.kernels("convolution");
        this.gradients = backend.kernels("windows", "convolution-gradients");
        this.depthwise = backend.kernels("windows", "depthwise");
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

    @Override
    public void depthwise(
            Tensor maps, Tensor filters, Tensor bias, int stride, int top, int left, Activation f, Tensor out) {
        Shape results = out.shape();
        Launch launch = depthwise
                .launch("depthwise")
                .in(maps)
                .in(filters)
                .in(bias)
                .out(out)
                .with(maps.shape().axis(1), maps.shape().axis(2))
                .with(results.axis(1), results.axis(2), results.last())
                .with(filters.shape().axis(0), stride, top, left)
                .with(f.ordinal());
        pixels.start(launch, results);
    }
}
