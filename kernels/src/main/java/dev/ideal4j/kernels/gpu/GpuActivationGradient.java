package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;

/** What training needs of {@link Activations}, by {@code activations-gradients.kc} and {@code dropout.kc}. */
final class GpuActivationGradient {
    private final Kernels kernels;

    GpuActivationGradient(GpuBackend backend) {
        this.kernels = backend.kernels("activations-gradients", "dropout");
    }

    void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        Activations.checkGradient(x, dOut, dx);
        kernels.launch("gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(f.ordinal())
                .elements(x.shape().size());
    }

    void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        Activations.checkGradient(y, dOut, dx);
        kernels.launch("softmax_gradient")
                .in(y)
                .in(dOut)
                .out(dx)
                .with(y.shape().last())
                .rows(y.shape().rows());
    }

    void dropout(Tensor x, Dropout dropout, Tensor out) {
        Activations.checkSame(x, out);
        dropout(kernels.launch("dropout").in(x).out(out), dropout)
                .elements(x.shape().size());
    }

    /** The parameters of {@code dropout_factor}, up to the position. */
    static Launch dropout(Launch launch, Dropout dropout) {
        return launch.with(dropout.seed()).with(dropout.rate()).with(1 / (1 - dropout.rate()));
    }
}
