package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;

/** {@link Activations} by {@code activations.kc}. */
final class GpuActivations implements Activations {
    private final Kernels kernels;
    private final GpuActivationGradient gradient;

    GpuActivations(GpuBackend backend) {
        this.kernels = backend.kernels("activations");
        this.gradient = new GpuActivationGradient(backend);
    }

    @Override
    public void siluGate(Tensor gu, Tensor out) {
        Activations.checkSiluGate(gu, out);
        kernels.launch("silu_gate")
                .in(gu)
                .out(out)
                .with(out.shape().last())
                .elements(out.shape().size());
    }

    @Override
    public void softmax(Tensor x, Tensor out) {
        Activations.checkSame(x, out);
        kernels.launch("softmax")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }

    @Override
    public void apply(Activation f, Tensor x, Tensor out) {
        Activations.checkSame(x, out);
        kernels.launch("apply")
                .in(x)
                .out(out)
                .with(f.ordinal())
                .elements(x.shape().size());
    }

    @Override
    public void add(Tensor a, float factor, Tensor b, Tensor out) {
        Activations.checkAdd(a, b, out);
        kernels.launch("add")
                .in(a)
                .with(factor)
                .in(b)
                .out(out)
                .with(b.shape().size())
                .elements(a.shape().size());
    }

    @Override
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        gradient.gradient(f, x, dOut, dx);
    }

    @Override
    public void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        gradient.softmaxGradient(y, dOut, dx);
    }

    @Override
    public void dropout(Tensor x, Dropout dropout, Tensor out) {
        gradient.dropout(x, dropout, out);
    }
}
