package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.nve.NormalVariationEraser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures a backend as the PyTorch peer measures PyTorch: the same sizes, medians, and lines of JSON. Inputs are on the
 * device, but for queries, which are decoded images; each run ends when its result has come back.
 */
public final class Devices {
    private static final int SIZE = 448;
    private static final int GRID = 32;
    private static final int PATCHES = GRID * GRID;
    private static final int WIDTH = 384;
    private static final int BLOCKS = 12;
    private static final int VECTORS = 45;
    private static final int WARM_UP = 3;
    /** Of measurements by events, so that clocks and the host's code have settled. */
    private static final long WARM_UP_NANOS = 2_000_000_000L;

    private static final int REPEATS = 20;
    private static final int[] BATCHES = {1, 16, 64};

    private final Backend backend;
    private final int repeats;

    private Devices(Backend backend) {
        this.backend = backend;
        // A processor takes seconds for what a GPU does in milliseconds.
        this.repeats =
                backend instanceof GpuBackend gpu && !gpu.runtime().device().isProcessor() ? REPEATS : 3;
    }

    /**
     * Describes all backends, measures one, or prints measurements as a table.
     *
     * @param arguments {@code describe}; {@code measure}, a backend's name, and batch sizes if not 1, 16, 64;
     *     {@code table} and a file of measurements
     */
    public static void main(String[] arguments) throws IOException {
        switch (arguments[0]) {
            case "describe" -> describe();
            case "table" -> System.out.print(DeviceTable.read(Path.of(arguments[1])));
            default -> measure(arguments);
        }
    }

    private static void describe() {
        for (Availability found : Backends.describe()) {
            System.out.println(found.name() + (found.available() ? ": " : ": not available: ") + found.detail());
        }
    }

    private static void measure(String[] arguments) throws IOException {
        int[] batches = arguments.length == 2
                ? BATCHES
                : Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        try (Backend backend = Backends.open(arguments[1])) {
            Devices devices = new Devices(backend);
            if (backend instanceof GpuBackend gpu) {
                DeviceCeilings.measure(gpu, (name, value) -> {
                    Map<String, Object> line = devices.line("ceiling", 1);
                    line.put(name, value);
                    print(line);
                });
            }
            devices.recordedPass();
            for (int batch : batches) {
                devices.linearLayers(batch);
                devices.visionTransformer(batch);
                devices.eraser(batch);
                devices.head(batch);
                devices.query(batch);
            }
        }
    }

    /** The layers of a block of ViT-S/14, each with what follows its product there: cuBLAS or ours, shape by shape. */
    private void linearLayers(int batch) throws IOException {
        linearLayer("linear_qkv", batch, WIDTH, 3 * WIDTH, false, false);
        linearLayer("linear_projection", batch, WIDTH, WIDTH, false, true);
        linearLayer("linear_up", batch, WIDTH, 4 * WIDTH, true, false);
        linearLayer("linear_down", batch, 4 * WIDTH, WIDTH, false, true);
    }

    private void linearLayer(String what, int batch, int in, int out, boolean gelu, boolean added) throws IOException {
        int rows = batch * (PATCHES + 1);
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(SeededValues.uniform(what, rows * in, 1, 0), rows, in);
            Tensor matrix = scope.upload(SeededValues.uniform(what + "/weight", out * in, 1, 0), out, in);
            PackedWeight weight = backend.products().pack(matrix, scope.allocate(out), scope);
            Tensor result = scope.allocate(rows, out);
            Epilogue epilogue = new Epilogue(
                    gelu ? Activation.GELU : Activation.NONE,
                    added ? scope.allocate(out) : null,
                    added ? scope.allocate(rows, out) : null);
            double flops = 2.0 * rows * in * out;
            measure(what, batch, flops, () -> {
                backend.products().linear(x, weight, epilogue, result);
                OnBackend.await(result.slice(0, 1));
            });
            byEvents(what, batch, flops, () -> backend.products().linear(x, weight, epilogue, result));
        }
    }

    private void visionTransformer(int batch) throws IOException {
        VitWeights weights = VitWeights.seeded(VitConfig.named("dinov2_vits14"), "dinov2_vits14/");
        try (VisionTransformer network = VisionTransformer.load(weights, backend);
                Scope scope = backend.scope()) {
            float[] pixels = SeededValues.uniform("images", batch * 3 * SIZE * SIZE, 2, 0);
            Tensor images = scope.upload(pixels, batch, 3, SIZE, SIZE);
            measure("vit_s14", batch, batch * visionTransformerFlops(), () -> {
                try (Scope local = backend.scope()) {
                    OnBackend.await(network.patches(images, local));
                }
            });
            byEvents("vit_s14", batch, batch * visionTransformerFlops(), () -> {
                try (Scope local = backend.scope()) {
                    network.patches(images, local);
                }
            });
        }
    }

    /** Of one image: the linear layers of the blocks, their attention, the patch embedding. */
    private static double visionTransformerFlops() {
        double tokens = PATCHES + 1;
        double linear = 2 * tokens * 12 * WIDTH * WIDTH;
        double attention = 4 * tokens * tokens * WIDTH;
        return BLOCKS * (linear + attention) + 2.0 * PATCHES * 14 * 14 * 3 * WIDTH;
    }

    private void eraser(int batch) throws IOException {
        try (Scope scope = backend.scope()) {
            Tensor targets = features(scope, "targets", batch);
            Tensor normal = features(scope, "normal", batch);
            measure("nve", batch, 0, () -> {
                for (int sample = 0; sample < batch; sample++) {
                    try (Scope local = backend.scope()) {
                        NormalVariationEraser eraser = eraserOf(normal, sample, local);
                        Tensor residuals =
                                eraser.erase(targets.slice(sample, 1), local).residuals();
                        awaitLast(sample, batch, residuals);
                    }
                }
            });
        }
    }

    /** A device works in order: who has the last sample's result has all. */
    private static void awaitLast(int sample, int batch, Tensor result) {
        if (sample == batch - 1) {
            OnBackend.await(result);
        }
    }

    private static NormalVariationEraser eraserOf(Tensor normal, int sample, Scope scope) {
        Tensor own = normal.slice(sample, 1).reshape(PATCHES, WIDTH);
        return NormalVariationEraser.of(own, NormalVariationEraser.Settings.PUBLISHED, scope);
    }

    /** Everything behind the backbone, with references of its own for each query: erasure, encoder, scores. */
    private void head(int batch) throws IOException {
        try (Scope scope = backend.scope()) {
            Tensor queries = features(scope, "queries", batch);
            Tensor normal = features(scope, "normal", batch);
            Tensor abnormal = features(scope, "abnormal", batch);
            IntrinsicDeviationEncoder encoder = IntrinsicDeviationEncoder.load(
                    new EncoderWeights(new SeededWeights("ideal_head/", EncoderWeights.shapes(VECTORS, WIDTH))),
                    IntrinsicDeviationEncoder.PUBLISHED_HEADS,
                    scope);
            boolean[] marked = new boolean[PATCHES];
            Arrays.fill(marked, 0, PATCHES / 10, true);
            List<List<PatchMask>> masks = List.of(List.of(PatchMask.of(GRID, GRID, marked)));
            measure("head", batch, 0, () -> {
                for (int sample = 0; sample < batch; sample++) {
                    try (Scope local = backend.scope()) {
                        NormalVariationEraser eraser = eraserOf(normal, sample, local);
                        Tensor defect = abnormal.slice(sample, 1);
                        Tensor residuals = eraser.erase(defect, local).residuals();
                        Tensor vectors = encoder.encode(defect, residuals, masks, MaskLayout.OWN, local);
                        NormalVariationEraser.Erased erased = eraser.erase(queries.slice(sample, 1), local);
                        Tensor scores = local.allocate(1, PATCHES);
                        backend.deviations().distance(erased.residuals(), vectors, scores);
                        backend.deviations().patchScore(scores, erased.cosine().reshape(1, PATCHES), scores);
                        awaitLast(sample, batch, scores);
                    }
                }
            });
        }
    }

    /** By recorded passes, as users get it on a GPU, and with the commands of each given anew. */
    private void query(int batch) throws IOException {
        try (QueryTask queries = QueryTask.recorded(backend, SIZE, batch, true)) {
            measure("query", batch, 0, queries::run);
            measure("query_prepare", batch, 0, queries::prepare);
        }
        try (QueryTask queries = QueryTask.recorded(backend, SIZE, batch, false)) {
            measure("query_given_anew", batch, 0, queries::run);
        }
    }

    /** The network of one image, by its recording; and how long the host takes to give the commands, either way. */
    private void recordedPass() throws IOException {
        try (DinoV2 dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", backend);
                RecordedPass pass = new RecordedPass(dino, 1)) {
            Map<String, Object> line = line("recording", 1);
            line.put("description", pass.description());
            print(line);
            measure("vit_s14_recorded", 1, visionTransformerFlops(), pass::replayed);
            for (boolean replay : new boolean[] {true, false}) {
                double[] millis = new double[repeats];
                for (int i = 0; i < repeats; i++) {
                    millis[i] = pass.millisToGive(replay);
                }
                Map<String, Object> given = line(replay ? "vit_s14_replay_host" : "vit_s14_give_host", 1);
                given.put("median_ms", Interleaved.median(millis));
                print(given);
            }
        }
    }

    private static Tensor features(Scope scope, String name, int batch) {
        float[] values = SeededValues.uniform(name, batch * PATCHES * WIDTH, 1, 0);
        return scope.upload(values, batch, PATCHES, WIDTH);
    }

    /** {@code flops}: of a run, 0 where their number says little. */
    private void measure(String what, int batch, double flops, Runnable run) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            run.run();
        }
        double[] millis = new double[repeats];
        for (int i = 0; i < repeats; i++) {
            long start = System.nanoTime();
            run.run();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        double median = Interleaved.median(millis);
        Map<String, Object> line = line(what, batch);
        line.put("median_ms", median);
        line.put("images_per_s", batch / median * 1e3);
        if (flops > 0) {
            line.put("tflop_per_s", flops / median * 1e-9);
        }
        print(line);
    }

    /**
     * The device's own time, between events around many runs that nobody waits for, after two seconds of warming up. On a GPU
     * alone: a processor's device is the host.
     */
    private void byEvents(String what, int batch, double flops, Runnable give) throws IOException {
        if (!(backend instanceof GpuBackend gpu) || gpu.runtime().device().isProcessor()) {
            return;
        }
        long until = System.nanoTime() + WARM_UP_NANOS;
        while (System.nanoTime() < until) {
            give.run();
            gpu.runtime().synchronize();
        }
        try (GpuEvent start = gpu.runtime().mark()) {
            for (int i = 0; i < repeats; i++) {
                give.run();
            }
            try (GpuEvent end = gpu.runtime().mark()) {
                gpu.runtime().synchronize();
                double millis = end.nanosSince(start) / 1e6 / repeats;
                Map<String, Object> line = line(what + "_by_events", batch);
                line.put("median_ms", millis);
                line.put("images_per_s", batch / millis * 1e3);
                line.put("tflop_per_s", flops / millis * 1e-9);
                print(line);
            }
        }
    }

    private Map<String, Object> line(String what, int batch) {
        String[] name = backend.name().split(":");
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("what", what);
        line.put("batch", batch);
        line.put("precision", name.length > 2 ? name[2] : "float32");
        line.put("mode", "ideal4j");
        line.put("backend", backend.name());
        return line;
    }

    private static void print(Map<String, Object> line) {
        try {
            System.out.println(new ObjectMapper().writeValueAsString(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
