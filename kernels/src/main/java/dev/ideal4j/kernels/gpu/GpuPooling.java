package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Window;

/** {@link Pooling} by {@code pooling.kc}. */
final class GpuPooling implements Pooling {
    private final Kernels kernels;
    private final GpuPoolingGradient gradient;

    GpuPooling(GpuBackend backend) {
        this.kernels = backend.kernels("pooling");
        this.gradient = new GpuPoolingGradient(backend);
    }

    /** Sizes of {@code (b, h, w, c)} maps, how many windows fit, and the window; as the kernels take them. */
    static Launch windows(Launch launch, Shape maps, Window window) {
        int height = maps.axis(1);
        int width = maps.axis(2);
        return launch.with(height, width, maps.axis(3))
                .with(window.count(height), window.count(width))
                .with(window.kernel(), window.stride(), window.padding());
    }

    @Override
    public void max(Tensor x, Window window, Tensor out) {
        Pooling.checkPooling(x, window, out);
        windows(kernels.launch("maximum").in(x).out(out), x.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void average(Tensor x, Window window, Tensor out) {
        Pooling.checkPooling(x, window, out);
        windows(kernels.launch("average").in(x).out(out), x.shape(), window)
                .elements(out.shape().size());
    }

    @Override
    public void globalAverage(Tensor x, Tensor out) {
        Pooling.checkGlobalAverage(x, out);
        kernels.launch("global_average")
                .in(x)
                .out(out)
                .with(x.shape().axis(1), x.shape().last())
                .elements(out.shape().size());
    }

    @Override
    public void maxGradient(Tensor x, Window window, Tensor dOut, Tensor dx) {
        gradient.max(x, window, dOut, dx);
    }

    @Override
    public void averageGradient(Window window, Tensor dOut, Tensor dx) {
        gradient.average(window, dOut, dx);
    }

    @Override
    public void globalAverageGradient(Tensor dOut, Tensor dx) {
        gradient.globalAverage(dOut, dx);
    }
}
