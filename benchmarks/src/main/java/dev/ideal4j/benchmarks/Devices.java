package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.nve.NormalVariationEraser;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures a backend as the PyTorch peer measures PyTorch: the same sizes, medians, and lines of JSON. Inputs are on the
 * device; each run ends when one number of its result has come back.
 */
public final class Devices {
    private static final int SIZE = 448;
    private static final int PATCHES = 1024;
    private static final int WIDTH = 384;
    private static final int WARM_UP = 3;
    private static final int REPEATS = 20;
    private static final int[] BATCHES = {1, 16, 64};

    private final Backend backend;

    private Devices(Backend backend) {
        this.backend = backend;
    }

    /**
     * Describes all backends, or measures one.
     *
     * @param arguments {@code describe}, or {@code measure} and a backend's name, then batch sizes if not 1, 16, 64
     */
    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("describe")) {
            for (Availability found : Backends.describe()) {
                System.out.println(found.name() + (found.available() ? ": " : ": not available: ") + found.detail());
            }
            return;
        }
        int[] batches = arguments.length == 2
                ? BATCHES
                : Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
        try (Backend backend = Backends.open(arguments[1])) {
            Devices devices = new Devices(backend);
            for (int batch : batches) {
                devices.visionTransformer(batch);
                devices.eraser(batch);
            }
        }
    }

    private void visionTransformer(int batch) throws IOException {
        VitWeights weights = VitWeights.seeded(VitConfig.named("dinov2_vits14"), "dinov2_vits14/");
        try (VisionTransformer network = VisionTransformer.load(weights, backend);
                Scope scope = backend.scope()) {
            float[] pixels = SeededValues.uniform("images", batch * 3 * SIZE * SIZE, 2, 0);
            Tensor images = scope.upload(pixels, batch, 3, SIZE, SIZE);
            measure("vit_s14", batch, () -> {
                try (Scope local = backend.scope()) {
                    OnBackend.await(network.patches(images, local));
                }
            });
        }
    }

    private void eraser(int batch) throws IOException {
        try (Scope scope = backend.scope()) {
            Tensor targets = rows(scope, "targets", batch * PATCHES);
            Tensor normal = rows(scope, "normal", batch * PATCHES);
            measure("nve", batch, () -> {
                for (int sample = 0; sample < batch; sample++) {
                    try (Scope local = backend.scope()) {
                        Tensor own = normal.slice(sample * PATCHES, PATCHES);
                        OnBackend.await(NormalVariationEraser.of(own, NormalVariationEraser.Settings.PUBLISHED, local)
                                .erase(targets.slice(sample * PATCHES, PATCHES), local)
                                .residuals());
                    }
                }
            });
        }
    }

    private static Tensor rows(Scope scope, String name, int count) {
        return scope.upload(SeededValues.uniform(name, count * WIDTH, 1, 0), count, WIDTH);
    }

    private void measure(String what, int batch, Runnable run) throws IOException {
        for (int i = 0; i < WARM_UP; i++) {
            run.run();
        }
        double[] millis = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            long start = System.nanoTime();
            run.run();
            millis[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(millis);
        double median = (millis[REPEATS / 2 - 1] + millis[REPEATS / 2]) / 2;
        String[] name = backend.name().split(":");
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("what", what);
        line.put("batch", batch);
        line.put("precision", name.length > 2 ? name[2] : "float32");
        line.put("mode", "ideal4j");
        line.put("backend", backend.name());
        line.put("median_ms", median);
        line.put("images_per_s", batch / median * 1e3);
        System.out.println(new ObjectMapper().writeValueAsString(line));
    }
}
