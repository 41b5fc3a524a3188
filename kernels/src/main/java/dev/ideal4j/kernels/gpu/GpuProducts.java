package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Products;

/** Implements {@link Products} by {@link Gemm} and {@code products.kc}. */
public class GpuProducts implements Products.Implementation {
    private final GpuBackend backend;
    private final Gemm gemm;
    private final Kernels kernels;

    /** Creates the operations of {@code backend}. */
    public GpuProducts(GpuBackend backend) {
        this.backend = backend;
        this.gemm = backend.gemm();
        this.kernels = backend.kernels("products");
    }

    @Override
    public PackedWeight pack(Tensor weight, Tensor bias, Scope scope) {
        int out = weight.shape().axis(0);
        int in = weight.shape().axis(1);
        Scope memory = backend.memoryWithin(scope);
        Gemm.Right matrix = gemm.prepare(Matrix.of(weight).transposed(), 1, in, out, true, memory);
        Tensor ownBias = null;
        if (bias != null) {
            ownBias = memory.allocateUninitialised(bias.shape());
            backend.copy(bias, ownBias);
        }
        return new GpuPackedWeight(backend, in, out, matrix, ownBias, memory);
    }

    @Override
    public void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        GpuPackedWeight packed = GpuPackedWeight.of(weight, backend);
        Gemm.Sizes sizes = new Gemm.Sizes(1, x.shape().rows(), packed.in(), packed.out());
        gemm.run(new Matrix(x, packed.in(), 1, 0), packed.matrix(), sizes, packed.bias(), epilogue, out);
    }

    /** Adds the parameters of {@code EPILOGUE}. */
    static Launch epilogue(Launch launch, Tensor bias, Epilogue epilogue, Tensor out) {
        Tensor residual = epilogue.residual();
        int period = residual == null ? 1 : residual.shape().rows();
        return launch.optional(bias, out)
                .with(epilogue.activation().ordinal())
                .optional(epilogue.scale(), out)
                .optional(residual, out)
                .with(period)
                .out(out);
    }

    @Override
    public void multiply(Tensor a, Tensor b, Tensor out) {
        multiply(a, Matrix.of(b), b.shape().rank() == 2, out);
    }

    @Override
    public void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        multiply(a, Matrix.of(b).transposed(), b.shape().rank() == 2, out);
    }

    private void multiply(Tensor a, Matrix right, boolean shared, Tensor out) {
        int depth = a.shape().last();
        int columns = out.shape().last();
        if (shared) {
            multiply(
                    new Matrix(a, depth, 1, 0),
                    right,
                    new Gemm.Sizes(1, a.shape().rows(), depth, columns),
                    out);
        } else {
            int samples = a.shape().axis(0);
            multiply(Matrix.of(a), right, new Gemm.Sizes(samples, a.shape().axis(1), depth, columns), out);
        }
    }

    @Override
    public void transposedMultiply(Tensor a, Tensor b, Tensor out) {
        int samples = a.shape().rank() == 2 ? 1 : a.shape().axis(0);
        Gemm.Sizes sizes = new Gemm.Sizes(
                samples, a.shape().last(), a.shape().axis(-2), b.shape().last());
        multiply(Matrix.of(a).transposed(), Matrix.of(b), sizes, out);
    }

    private void multiply(Matrix left, Matrix right, Gemm.Sizes sizes, Tensor out) {
        try (Scope scratch = backend.scope()) {
            Gemm.Right prepared = gemm.prepare(right, sizes.samples(), sizes.depth(), sizes.columns(), false, scratch);
            gemm.run(left, prepared, sizes, null, Epilogue.NONE, out);
        }
    }

    @Override
    public void transpose(Tensor x, Tensor out) {
        kernels.launch("transpose")
                .in(x)
                .out(out)
                .with(x.shape().axis(1), x.shape().axis(2))
                .elements(x.shape().size());
    }

    @Override
    public void orthonormalize(Tensor x, Tensor out) {
        Shape shape = x.shape();
        int samples = shape.rank() == 3 ? shape.axis(0) : 1;
        kernels.launch("orthonormalize")
                .in(x)
                .out(out)
                .with(shape.axis(-2), shape.last())
                .with(Products.DEPENDENCE)
                .rows(samples);
    }
}
