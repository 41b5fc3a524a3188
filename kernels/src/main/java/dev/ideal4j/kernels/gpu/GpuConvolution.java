package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/** {@link Convolution} by {@code convolution.kc}. */
final class GpuConvolution implements Convolution {
    private final Kernels kernels;
    private final GpuConvolutionGradient gradient;

    GpuConvolution(GpuBackend backend) {
        this.kernels = backend.kernels("convolution");
        this.gradient = new GpuConvolutionGradient(backend);
    }

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        Convolution.checkPatches(images, size, out);
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
        Convolution.checkUnfold(images, window, out);
        GpuPooling.windows(kernels.launch("unfold").in(images).out(out), images.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        gradient.fold(dOut, window, dImages);
    }
}
