package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/** The gradient of {@link Convolution#unfold}, by {@code convolution-gradients.kc}. */
final class GpuConvolutionGradient {
    private final Kernels kernels;
    private final PixelLoop pixels;

    GpuConvolutionGradient(GpuBackend backend) {
        this.kernels = backend.kernels("windows", "convolution-gradients");
        this.pixels = new PixelLoop(backend);
    }

    void fold(Tensor dOut, Window window, Tensor dImages) {
        Convolution.checkUnfold(dImages, window, dOut);
        Launch launch = kernels.launch("fold").in(dOut).out(dImages);
        pixels.start(GpuPooling.windows(launch, dImages.shape(), window), dImages.shape());
    }
}
