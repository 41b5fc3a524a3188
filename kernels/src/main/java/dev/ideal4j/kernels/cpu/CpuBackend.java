package dev.ideal4j.kernels.cpu;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Recording;
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
import dev.ideal4j.core.support.Watch;
import dev.ideal4j.kernels.host.HostMemory;
import dev.ideal4j.kernels.host.HostStorage;

/** The CPU: needs nothing but the JVM, and is fast where the Vector API is enabled. */
final class CpuBackend implements Backend {
    private final VectorSupport.Choice choice;
    private final Workers workers;
    private final HostMemory memory = new HostMemory(this);
    private final Lifetime lifetime = new Lifetime("the backend " + CpuProvider.KIND);
    private final Watch watch;
    private final Operations operations;

    CpuBackend(VectorSupport.Choice choice, int threads) {
        this.choice = choice;
        this.workers = new Workers(threads);
        this.watch = watch(this, workers);
        InnerLoops loops = choice.loops();
        Gemm gemm = new Gemm(loops, workers);
        this.operations = new Operations(
                new Products(new CpuProducts(this, loops, workers, gemm)),
                new Attention(new CpuAttention(this, loops, workers)),
                new TransformerBlocks(new CpuTransformerBlocks(this, loops, workers)),
                new Normalization(new CpuNormalization(this, loops, workers)),
                new BatchNorm(new CpuBatchNorm(this, loops, workers)),
                new Activations(new CpuActivations(this, loops, workers)),
                new Neighbours(new CpuNeighbours(this, loops, workers)),
                new LocalPca(new CpuLocalPca(this, loops, workers)),
                new Deviations(new CpuDeviations(this, loops, workers, gemm)),
                new Resampling(new CpuResampling(this, workers)),
                new Convolution(new CpuConvolution(this, loops, workers)),
                new Reductions(new CpuReductions(this, loops, workers)),
                new Pooling(new CpuPooling(this, loops, workers)),
                new Losses(new CpuLosses(this, loops, workers)),
                new Updates(new CpuUpdates(this, workers)),
                new Layout(new CpuLayout(this, workers)));
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

    /** The array behind a tensor of this backend. */
    float[] array(Tensor tensor) {
        return HostStorage.floats(tensor, this);
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            watch.close();
            memory.close();
        });
    }
}
