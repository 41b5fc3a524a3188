package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;

/**
 * Implements {@link Activations} by {@code activations.kc}, {@code activations-gradients.kc} and {@code dropout.kc}.
 */
final class GpuActivations implements Activations.Implementation {
    private final Kernels kernels;
    private final Kernels gradients;

    GpuActivations(GpuBackend backend) {
        this.kernels = backend.kernels("activations");
        this.gradients = backend.kernels("activations-gradients", "dropout");
    }

    @Override
    public void siluGate(Tensor gu, Tensor out) {
        kernels.launch("silu_gate")
                .in(gu)
                .out(out)
                .with(out.shape().last())
                .elements(out.shape().size());
    }

    @Override
    public void softmax(Tensor x, Tensor out) {
        kernels.launch("softmax")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }

    @Override
    public void apply(Activation f, Tensor x, Tensor out) {
        kernels.launch("apply")
                .in(x)
                .out(out)
                .with(f.ordinal())
                .elements(x.shape().size());
    }

    @Override
    public void add(Tensor a, float factor, Tensor b, Tensor out) {
        kernels.launch("add")
                .in(a)
                .with(factor)
                .in(b)
                .out(out)
                .with(b.shape().size())
                .elements(a.shape().size());
    }

    @Override
    public void scale(Tensor x, float factor, Tensor out) {
        kernels.launch("scale").in(x).with(factor).out(out).elements(x.shape().size());
    }

    @Override
    public void absolute(Tensor x, Tensor out) {
        kernels.launch("absolute").in(x).out(out).elements(x.shape().size());
    }

    @Override
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        gradients
                .launch("gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(f.ordinal())
                .elements(x.shape().size());
    }

    @Override
    public void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        gradients
                .launch("softmax_gradient")
                .in(y)
                .in(dOut)
                .out(dx)
                .with(y.shape().last())
                .rows(y.shape().rows());
    }

    @Override
    public void dropout(Tensor x, Dropout dropout, Tensor out) {
        dropout(gradients.launch("dropout").in(x).out(out), dropout)
                .elements(x.shape().size());
    }

    /** Adds the parameters of {@code dropout_factor} up to the position. */
    static Launch dropout(Launch launch, Dropout dropout) {
        return launch.with(dropout.seed()).with(dropout.rate()).with(1 / (1 - dropout.rate()));
    }
}
