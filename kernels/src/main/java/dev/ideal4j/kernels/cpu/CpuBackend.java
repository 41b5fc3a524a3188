package dev.ideal4j.kernels.cpu;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.Watch;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Losses;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Pooling;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.kernels.host.HostMemory;
import dev.ideal4j.kernels.host.HostStorage;

/** The CPU: needs nothing but the JVM, and is fast where the Vector API is enabled. */
final class CpuBackend implements Backend {
    private final VectorSupport.Choice choice;
    private final Workers workers;
    private final HostMemory memory = new HostMemory(this);
    private final Lifetime lifetime = new Lifetime("the backend " + CpuProvider.KIND);
    private final Watch watch;
    private final CpuProducts products;
    private final CpuAttention attention;
    private final CpuTransformerBlocks transformerBlocks;
    private final CpuNormalization normalization;
    private final CpuActivations activations;
    private final CpuNeighbours neighbours;
    private final CpuLocalPca localPca;
    private final CpuDeviations deviations;
    private final CpuResampling resampling;
    private final CpuConvolution convolution;
    private final CpuPooling pooling;
    private final CpuReductions reductions;
    private final CpuLosses losses;
    private final CpuUpdates updates;

    CpuBackend(VectorSupport.Choice choice, int threads) {
        this.choice = choice;
        this.workers = new Workers(threads);
        this.watch = watch(this, workers);
        InnerLoops loops = choice.loops();
        Gemm gemm = new Gemm(loops, workers);
        this.products = new CpuProducts(this, loops, workers, gemm);
        this.attention = new CpuAttention(this, loops, workers);
        this.transformerBlocks = new CpuTransformerBlocks(this, loops, workers);
        this.normalization = new CpuNormalization(this, loops, workers);
        this.activations = new CpuActivations(this, loops, workers);
        this.neighbours = new CpuNeighbours(this, loops, workers);
        this.localPca = new CpuLocalPca(this, loops, workers);
        this.deviations = new CpuDeviations(this, loops, workers, gemm);
        this.resampling = new CpuResampling(this, workers);
        this.convolution = new CpuConvolution(this, loops, workers);
        this.pooling = new CpuPooling(this, loops, workers);
        this.reductions = new CpuReductions(this, loops, workers);
        this.losses = new CpuLosses(this, loops, workers);
        this.updates = new CpuUpdates(this, workers);
    }

    /** Static, so that what stops the threads does not refer to the backend. */
    private static Watch watch(CpuBackend backend, Workers workers) {
        return Watch.over(backend, "the backend " + CpuProvider.KIND, () -> {
            workers.close();
            return true;
        });
    }

    @Override
    public String name() {
        return CpuProvider.KIND;
    }

    @Override
    public String description() {
        return CpuProvider.describe(choice, workers.threads());
    }

    @Override
    public Scope scope() {
        return memory.scope();
    }

    @Override
    public long liveBytes() {
        return memory.liveBytes();
    }

    /** Memory for something prepared (a packed weight, an index) that lives as long as {@code scope}, or shorter. */
    Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }

    @Override
    public Recording record(Runnable commands) {
        return memory.recordByRunning(commands);
    }

    @Override
    public Lifetime.Call use() {
        return lifetime.call();
    }

    @Override
    public void copy(Tensor from, Tensor to) {
        Backend.checkCopy(from, to);
        int count = (int) from.shape().size();
        System.arraycopy(array(from), HostStorage.offset(from), array(to), HostStorage.offset(to), count);
    }

    /** The array behind a tensor of this backend. */
    float[] array(Tensor tensor) {
        return HostStorage.floats(tensor, this);
    }

    @Override
    public Products products() {
        return products;
    }

    @Override
    public Attention attention() {
        return attention;
    }

    @Override
    public TransformerBlocks transformerBlocks() {
        return transformerBlocks;
    }

    @Override
    public Normalization normalization() {
        return normalization;
    }

    @Override
    public Activations activations() {
        return activations;
    }

    @Override
    public Neighbours neighbours() {
        return neighbours;
    }

    @Override
    public LocalPca localPca() {
        return localPca;
    }

    @Override
    public Deviations deviations() {
        return deviations;
    }

    @Override
    public Resampling resampling() {
        return resampling;
    }

    @Override
    public Convolution convolution() {
        return convolution;
    }

    @Override
    public Reductions reductions() {
        return reductions;
    }

    @Override
    public Pooling pooling() {
        return pooling;
    }

    @Override
    public Losses losses() {
        return losses;
    }

    @Override
    public Updates updates() {
        return updates;
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            watch.close();
            memory.close();
        });
    }
}
