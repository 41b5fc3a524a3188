package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Layout;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Operations;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.kernels.composed.ComposedBlocks;
import dev.ideal4j.kernels.host.HostBackend;
import dev.ideal4j.kernels.host.HostStorage;
import java.util.Arrays;

/**
 * The reference backend: scalar code in double precision on one thread. Every operation copies its inputs to double
 * arrays, computes, and rounds the result once when storing it. Inputs and outputs may therefore share memory.
 */
final class ReferenceBackend extends HostBackend {
    static final String NAME = "reference";
    static final String DESCRIPTION = "scalar double precision, one thread; for comparison, not for speed";

    private final Operations operations = new Operations(
            new Products(new ReferenceProducts(this)),
            new Attention(new ReferenceAttention(this)),
            new TransformerBlocks(new ComposedBlocks(this)),
            new Normalization(new ReferenceNormalization(this)),
            new BatchNorm(new ReferenceBatchNorm(this)),
            new Activations(new ReferenceActivations(this)),
            new Neighbours(new ReferenceNeighbours(this)),
            new LocalPca(new ReferenceLocalPca(this)),
            new Deviations(new ReferenceDeviations(this)),
            new Resampling(new ReferenceResampling(this)),
            new Convolution(new ReferenceConvolution(this)),
            new Reductions(new ReferenceReductions(this)),
            new Pooling(new ReferencePooling(this)),
            new Losses(new ReferenceLosses(this)),
            new Updates(new ReferenceUpdates(this)),
            new Layout(new ReferenceLayout(this)));

    ReferenceBackend() {
        super(NAME, DESCRIPTION);
    }

    /** Returns the elements of a tensor, row-major. */
    double[] read(Tensor tensor) {
        float[] array = HostStorage.floats(tensor, this);
        int offset = HostStorage.offset(tensor);
        double[] values = new double[(int) tensor.shape().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array[offset + i];
        }
        return values;
    }

    /** Rounds values to float32 and stores them in a tensor. */
    void write(double[] values, Tensor tensor) {
        float[] array = HostStorage.floats(tensor, this);
        int offset = HostStorage.offset(tensor);
        for (int i = 0; i < values.length; i++) {
            array[offset + i] = (float) values[i];
        }
    }

    /** Same as {@link #write(double[], Tensor)}, but does nothing if the tensor is null. */
    void writeIfWanted(double[] values, Tensor tensor) {
        if (tensor != null) {
            write(values, tensor);
        }
    }

    /** Returns the elements of indices, row-major. */
    int[] read(Indices indices) {
        int[] array = HostStorage.ints(indices, this);
        int offset = (int) indices.offset();
        return Arrays.copyOfRange(array, offset, offset + (int) indices.shape().size());
    }

    /** Stores indices. */
    void write(int[] values, Indices indices) {
        System.arraycopy(values, 0, HostStorage.ints(indices, this), (int) indices.offset(), values.length);
    }

    /** Returns a copy of a tensor in another scope. */
    Tensor copyOf(Tensor tensor, Scope scope) {
        Tensor copy = scope.allocate(tensor.shape());
        write(read(tensor), copy);
        return copy;
    }

    /**
     * Returns memory for a prepared object (a packed weight, an index). The memory lives at most as long as
     * {@code scope}.
     */
    Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }

    @Override
    public Operations operations() {
        return operations;
    }
}
