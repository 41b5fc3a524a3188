package dev.ideal4j.kernels.cpu;

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
import dev.ideal4j.kernels.cpu.gemm.CpuProducts;
import dev.ideal4j.kernels.cpu.gemm.Gemm;
import dev.ideal4j.kernels.cpu.loops.VectorSupport;
import dev.ideal4j.kernels.cpu.ops.CpuActivations;
import dev.ideal4j.kernels.cpu.ops.CpuBatchNorm;
import dev.ideal4j.kernels.cpu.ops.CpuConvolution;
import dev.ideal4j.kernels.cpu.ops.CpuDeviations;
import dev.ideal4j.kernels.cpu.ops.CpuLayout;
import dev.ideal4j.kernels.cpu.ops.CpuLocalPca;
import dev.ideal4j.kernels.cpu.ops.CpuLosses;
import dev.ideal4j.kernels.cpu.ops.CpuNeighbours;
import dev.ideal4j.kernels.cpu.ops.CpuNormalization;
import dev.ideal4j.kernels.cpu.ops.CpuPooling;
import dev.ideal4j.kernels.cpu.ops.CpuReductions;
import dev.ideal4j.kernels.cpu.ops.CpuResampling;
import dev.ideal4j.kernels.cpu.ops.CpuUpdates;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.cpu.transformer.CpuAttention;
import dev.ideal4j.kernels.cpu.transformer.CpuTransformerBlocks;
import dev.ideal4j.kernels.host.HostBackend;

/** The CPU backend. It needs nothing but the JVM, and it is fast where the Vector API is enabled. */
final class CpuBackend extends HostBackend {
    private final Watch watch;
    private final Operations operations;

    CpuBackend(VectorSupport.Choice choice, int threads) {
        this(choice, new Workers(threads));
    }

    private CpuBackend(VectorSupport.Choice choice, Workers workers) {
        super(CpuProvider.KIND, CpuProvider.describe(choice, workers.threads()));
        this.watch = watch(this, workers);
        CpuRuntime cpu = new CpuRuntime(this, memory, choice.loops(), workers);
        Gemm gemm = new Gemm(cpu.loops(), workers);
        this.operations = new Operations(
                new Products(new CpuProducts(cpu, gemm)),
                new Attention(new CpuAttention(cpu)),
                new TransformerBlocks(new CpuTransformerBlocks(cpu)),
                new Normalization(new CpuNormalization(cpu)),
                new BatchNorm(new CpuBatchNorm(cpu)),
                new Activations(new CpuActivations(cpu)),
                new Neighbours(new CpuNeighbours(cpu)),
                new LocalPca(new CpuLocalPca(cpu)),
                new Deviations(new CpuDeviations(cpu, gemm)),
                new Resampling(new CpuResampling(cpu)),
                new Convolution(new CpuConvolution(cpu)),
                new Reductions(new CpuReductions(cpu)),
                new Pooling(new CpuPooling(cpu)),
                new Losses(new CpuLosses(cpu)),
                new Updates(new CpuUpdates(cpu)),
                new Layout(new CpuLayout(cpu)));
    }

    /** This method is static so that the action that stops the threads does not refer to the backend. */
    private static Watch watch(CpuBackend backend, Workers workers) {
        return Watch.over(backend, "the backend " + CpuProvider.KIND, () -> {
            workers.close();
            return true;
        });
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    protected void free() {
        watch.close();
    }
}
