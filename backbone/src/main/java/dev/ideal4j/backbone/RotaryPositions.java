package dev.ideal4j.backbone;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Rotation;
import java.util.Arrays;

/**
 * DINOv3's rotary positions (arXiv 2508.10104, section 3.2). Each axis of the grid runs from −1 to 1 for any length. A
 * head of d channels has d/4 periods. A patch at (y, x) is rotated by 2π y / period in the first half of its channel
 * pairs and by 2π x / period in the second half. The class token and the registers are not rotated.
 *
 * @param periods the d/4 periods
 * @param prefix number of tokens before the patches
 */
record RotaryPositions(float[] periods, int prefix) {
    /** Name of the periods in official files. The stored periods are rounded to bfloat16. */
    static final String PERIODS = "rope_embed.periods";

    private static final double BASE = 100;

    /** Uses the periods of the file, or computes them if the file has none. */
    static RotaryPositions of(Weights weights, VitConfig config) {
        float[] periods = new float[config.width() / config.heads() / 4];
        for (int j = 0; j < periods.length; j++) {
            periods[j] = (float) Math.pow(BASE, (double) j / periods.length);
        }
        boolean stored =
                weights.names().contains(PERIODS) && weights.shape(PERIODS).size() == periods.length;
        return new RotaryPositions(stored ? weights.read(PERIODS) : periods, config.prefixTokens());
    }

    /** Returns the angles of a grid of patches and of the tokens before the patches. */
    Rotation rotation(int rows, int columns, Scope scope) {
        int half = 2 * periods.length;
        int tokens = prefix + rows * columns;
        float[] cosines = new float[tokens * half];
        float[] sines = new float[tokens * half];
        Arrays.fill(cosines, 0, prefix * half, 1);
        for (int patch = 0; patch < rows * columns; patch++) {
            double y = 2 * (patch / columns + 0.5) / rows - 1;
            double x = 2 * (patch % columns + 0.5) / columns - 1;
            for (int i = 0; i < half; i++) {
                double angle = 2 * Math.PI * (i < periods.length ? y : x) / periods[i % periods.length];
                cosines[(prefix + patch) * half + i] = (float) Math.cos(angle);
                sines[(prefix + patch) * half + i] = (float) Math.sin(angle);
            }
        }
        return new Rotation(scope.upload(cosines, tokens, half), scope.upload(sines, tokens, half));
    }
}
