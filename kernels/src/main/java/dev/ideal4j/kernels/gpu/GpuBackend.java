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
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuMemory;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import dev.ideal4j.kernels.gpu.runtime.GpuStorage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** The backend of a GPU, or of a CPU through OpenCL, on top of its runtime. */
public final class GpuBackend implements Backend {
    private final GpuRuntime runtime;
    private final boolean records;
    private final Lifetime lifetime;
    private final Watch watch;
    private final GpuMemory memory;
    private final Gemm gemm;
    private final Operations operations;
    private final List<Kernels> kernels = new CopyOnWriteArrayList<>();

    /** Creates a backend that owns {@code runtime} and uses the runtime's own versions of some operations. */
    public GpuBackend(GpuRuntime runtime, OperationOverrides own, Backends.Options options) {
        // Recording does not pay off on a CPU, because the commands take much longer there than their submission.
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
        Products.Implementation products = own.products(this);
        this.operations = new Operations(
                new Products(products),
                new Attention(own.attention(this)),
                new TransformerBlocks(own.transformerBlocks(this, products)),
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

    /** Returns the runtime that runs the kernels. It serves measurements and a runtime's own operations. */
    public GpuRuntime runtime() {
        return runtime;
    }

    /** Returns the matrix products in the form that suits the device. */
    Gemm gemm() {
        return gemm;
    }

    /** Returns the kernels of the given files, which are compiled together at their first use. */
    Kernels kernels(String... files) {
        return kernels(Map.of(), files);
    }

    /** Same as {@link #kernels(String...)}, with names that the preprocessor replaces by numbers. */
    Kernels kernels(Map<String, Integer> definitions, String... files) {
        Kernels made = new Kernels(this, definitions, files);
        kernels.add(made);
        return made;
    }

    /** Returns all kernels of this backend, compiled or not. */
    List<Kernels> kernels() {
        return List.copyOf(kernels);
    }

    /** Returns the memory behind a tensor of this backend. A runtime's own operations need it. */
    public GpuBuffer buffer(Tensor tensor) {
        return GpuStorage.buffer(tensor.storage(), this);
    }

    /** Returns the memory behind indices of this backend, as {@link #buffer(Tensor)} does for tensors. */
    public GpuBuffer buffer(Indices indices) {
        return GpuStorage.buffer(indices.storage(), this);
    }

    /**
     * Returns memory for a prepared object (a packed weight, an index). The memory lives at most as long as
     * {@code scope}.
     */
    public Scope memoryWithin(Scope scope) {
        return memory.within(scope);
    }

    /** Returns numbers on the device that an operation keeps for the lifetime of the backend. */
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
    public int imagesAtOnce() {
        return runtime.imagesAtOnce();
    }

    @Override
    public boolean hasOwnMemory() {
        return !runtime.device().isProcessor();
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
