package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
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
import dev.ideal4j.kernels.composed.ComposedBlocks;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuMemory;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import dev.ideal4j.kernels.gpu.runtime.GpuStorage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** A GPU, or a processor through OpenCL, over its runtime. */
public final class GpuBackend implements Backend {
    private final GpuRuntime runtime;
    private final boolean records;
    private final Lifetime lifetime;
    private final Watch watch;
    private final GpuMemory memory;
    private final Gemm gemm;
    private final Operations operations;
    private final List<Kernels> kernels = new CopyOnWriteArrayList<>();

    /** A backend that owns {@code runtime}. */
    public GpuBackend(GpuRuntime runtime) {
        this(runtime, OperationOverrides.NONE);
    }

    /** A backend that owns {@code runtime}, some of whose operations are the runtime's own. */
    public GpuBackend(GpuRuntime runtime, OperationOverrides own) {
        this(runtime, own, Backends.Options.DEFAULT);
    }

    /** As {@link #GpuBackend(GpuRuntime, OperationOverrides)}, with options. */
    public GpuBackend(GpuRuntime runtime, OperationOverrides own, Backends.Options options) {
        // On a processor the commands take so long that giving them costs nothing.
        this.records = options.recordedPasses() != null
                ? options.recordedPasses()
                : !runtime.device().isProcessor();
        this.runtime = runtime;
        this.lifetime = new Lifetime("the backend " + runtime.device().name());
        this.watch = Watch.over(this, "the backend " + runtime.device().name(), () -> {
            runtime.close();
            return true;
        });
        this.memory = new GpuMemory(this, runtime);
        this.gemm = runtime.device().isProcessor() ? new RegisterGemm(this) : new TileGemm(this);
        this.operations = new Operations(
                new Products(own.products(this)),
                new Attention(own.attention(this)),
                new TransformerBlocks(new ComposedBlocks(this)),
                new Normalization(own.normalization(this)),
                new BatchNorm(new GpuBatchNorm(this)),
                new Activations(new GpuActivations(this)),
                new Neighbours(own.neighbours(this)),
                new LocalPca(own.localPca(this)),
                new Deviations(new GpuDeviations(this)),
                new Resampling(new GpuResampling(this)),
                new Convolution(new GpuConvolution(this)),
                new Reductions(new GpuReductions(this)),
                new Pooling(new GpuPooling(this)),
                new Losses(new GpuLosses(this)),
                new Updates(new GpuUpdates(this)),
                new Layout(new GpuLayout(this)));
    }

    /** What runs the kernels; for measurements, beside the operations. */
    public GpuRuntime runtime() {
        return runtime;
    }

    /** Products in the form that suits the device. */
    Gemm gemm() {
        return gemm;
    }

    /** Kernels of the given files, compiled together when first used. */
    Kernels kernels(String... files) {
        return kernels(Map.of(), files);
    }

    /** As {@link #kernels(String...)}, with names that the preprocessor replaces by numbers. */
    Kernels kernels(Map<String, Integer> definitions, String... files) {
        Kernels made = new Kernels(this, definitions, files);
        kernels.add(made);
        return made;
    }

    /** All kernels of this backend, compiled or not. */
    List<Kernels> kernels() {
        return List.copyOf(kernels);
    }

    /** The memory behind a tensor of this backend, for a runtime's own operations. */
    public GpuBuffer buffer(Tensor tensor) {
        return GpuStorage.buffer(tensor.storage(), this);
    }

    /** As {@link #buffer(Tensor)}. */
    public GpuBuffer buffer(Indices indices) {
        return GpuStorage.buffer(indices.storage(), this);
    }

    /** Memory for something prepared (a packed weight, an index) that lives as long as {@code scope}, or shorter. */
    public Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }

    /** Numbers on the device that an operation keeps for as long as the backend lives. */
    Indices constant(int[] values) {
        return memory.constant(values);
    }

    @Override
    public String name() {
        return runtime.device().name();
    }

    @Override
    public String description() {
        return runtime.device().description();
    }

    @Override
    public Scope scope() {
        return memory.scope();
    }

    @Override
    public long liveBytes() {
        return memory.liveBytes();
    }

    @Override
    public Lifetime.Call use() {
        return lifetime.call();
    }

    @Override
    public Recording record(Runnable commands) {
        return memory.record(commands);
    }

    @Override
    public boolean gainsByRecording() {
        return records;
    }

    @Override
    public Operations operations() {
        return operations;
    }

    @Override
    public void close() {
        lifetime.close(() -> {
            try {
                memory.close();
            } finally {
                watch.close();
            }
        });
    }
}
