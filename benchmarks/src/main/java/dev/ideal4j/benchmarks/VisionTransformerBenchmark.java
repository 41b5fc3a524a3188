package dev.ideal4j.benchmarks;

import ai.onnxruntime.OrtException;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Tensor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A forward pass of DINOv2, ours and ONNX Runtime's. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class VisionTransformerBenchmark {
    private static final int SIZE = 448;

    /** The model. */
    @Param("dinov2_vits14")
    public String model;

    /** Images in a pass. */
    @Param({"1", "4"})
    public int batch;

    private VitWeights weights;
    private float[] pixels;

    /** Our side. */
    @State(Scope.Benchmark)
    public static class Ours {
        private VisionTransformer network;
        private Tensor images;

        /** Packs the weights. */
        @Setup(Level.Trial)
        public void load(VisionTransformerBenchmark of, OnBackend on) {
            network = VisionTransformer.load(of.weights, on.backend);
            images = on.values("images", of.batch, 3, SIZE, SIZE);
        }

        /** Frees the weights. */
        @TearDown(Level.Trial)
        public void close() {
            network.close();
        }
    }

    /** The other side. */
    @State(Scope.Benchmark)
    public static class Peer {
        private OnnxPeer network;

        /** Exports and loads the model. */
        @Setup(Level.Trial)
        public void load(VisionTransformerBenchmark of) throws IOException, OrtException {
            network = new OnnxPeer(of.weights, SIZE, Runtime.getRuntime().availableProcessors());
        }

        /** Frees the model. */
        @TearDown(Level.Trial)
        public void close() throws IOException, OrtException {
            network.close();
        }
    }

    /** Makes up weights and images. */
    @Setup(Level.Trial)
    public void fill() {
        weights = VitWeights.seeded(VitConfig.named(model), model + "/");
        pixels = new float[batch * 3 * SIZE * SIZE];
    }

    /** A pass on our backend. */
    @Benchmark
    public float ours(Ours ours, OnBackend on) {
        try (dev.ideal4j.core.Scope scope = on.backend.scope()) {
            return OnBackend.await(ours.network.patches(ours.images, scope));
        }
    }

    /** A pass in ONNX Runtime. */
    @Benchmark
    public float[] onnxRuntime(Peer peer) throws OrtException {
        return peer.network.patches(pixels, batch, SIZE);
    }
}
