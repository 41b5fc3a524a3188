package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.testing.Fixture;
import java.util.LinkedHashMap;
import java.util.Map;

/** The inputs of {@code golden/rivals/fdsl}, made as its metadata says. */
final class FdslFixture {
    static final int LAYERS = 4;
    static final int BATCH = 3;
    static final int GRID = 9;
    static final int PATCHES = GRID * GRID;
    static final int CHANNELS = 1024;
    static final int ROWS = 162;
    static final int SIZE = 126;

    /** First and last row and column of the marked patches of the first two images. */
    private static final int[][] BOXES = {{2, 4, 3, 6}, {5, 8, 0, 2}};

    private final String prefix;

    /** The settings of the fixture's metadata, or with other seeds. */
    FdslFixture(String prefix) {
        this.prefix = prefix;
    }

    static Fixture values() {
        return Fixture.open("rivals/fdsl.safetensors");
    }

    /** The head's weights. */
    Weights weights(Scope scope) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        try (Scope local = scope.backend().scope()) {
            Parameters made = Parameters.fresh(local, 0);
            new FdslHead(made, LAYERS, CHANNELS, FdslConfig.PUBLISHED);
            made.names().forEach(name -> shapes.put(name, made.shape(name)));
        }
        SeededWeights seeded = new SeededWeights(prefix, shapes);
        ArrayWeights weights = new ArrayWeights("fixture");
        shapes.forEach((name, shape) -> {
            float[] values = seeded.read(name);
            if (name.endsWith("fbatchNorm.running_mean")) {
                values = SeededValues.uniform(prefix + name, CHANNELS, 0.005, 0.018);
            } else if (name.endsWith("fbatchNorm.running_var")) {
                values = SeededValues.uniform(prefix + name, CHANNELS, 0.00005, 0.0002);
            }
            weights.put(name, shape, values);
        });
        return weights;
    }

    /** Reference rows of a layer, {@code (162, C)}, not normalised. */
    float[] memory(int layer) {
        return SeededValues.uniform(prefix + "memory." + layer, ROWS * CHANNELS, 1, 0);
    }

    private static boolean marked(int image, int patch) {
        if (image >= BOXES.length) {
            return false;
        }
        int[] box = BOXES[image];
        int row = patch / GRID;
        int column = patch % GRID;
        return row >= box[0] && row <= box[1] && column >= box[2] && column <= box[3];
    }

    /** Patch tokens of a layer, {@code (3 · 81, C)}, without the class token. */
    float[] features(int layer, boolean unit) {
        float[] all = SeededValues.uniform(prefix + "features." + layer, BATCH * (PATCHES + 1) * CHANNELS, 1, 0);
        float[] memory = memory(layer);
        float[] features = new float[BATCH * PATCHES * CHANNELS];
        for (int image = 0; image < BATCH; image++) {
            for (int patch = 0; patch < PATCHES; patch++) {
                int from = (image * (PATCHES + 1) + 1 + patch) * CHANNELS;
                int to = (image * PATCHES + patch) * CHANNELS;
                int row = (37 * patch + 11 * image) % ROWS * CHANNELS;
                for (int i = 0; i < CHANNELS; i++) {
                    features[to + i] = all[from + i] + (marked(image, patch) ? 0 : 0.7f * memory[row + i]);
                }
            }
        }
        if (unit) {
            normalise(features);
        }
        return features;
    }

    /** Each row of {@code CHANNELS} to length 1. */
    static void normalise(float[] rows) {
        for (int at = 0; at < rows.length; at += CHANNELS) {
            double squares = 0;
            for (int i = at; i < at + CHANNELS; i++) {
                squares += (double) rows[i] * rows[i];
            }
            float factor = (float) (1 / Math.sqrt(squares));
            for (int i = at; i < at + CHANNELS; i++) {
                rows[i] *= factor;
            }
        }
    }

    /** Tokens on a device. */
    Tensor tokens(int layer, Scope scope) {
        return scope.upload(features(layer, true), BATCH * PATCHES, CHANNELS);
    }

    /** A bank of normalised rows. */
    PatchBank bank(int layer, Scope scope) {
        float[] rows = memory(layer);
        normalise(rows);
        return new PatchBank(rows, CHANNELS, FdslConfig.Alignment.MULMAX, true, scope);
    }
}
