package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.GivenFeatures;

/**
 * Images of a generated product. The patch grid is not square. Good parts differ only by small variations. A defect is a
 * patch with other features.
 */
public final class MadeUpParts {
    public static final int ROWS = 5;
    public static final int COLUMNS = 6;
    public static final int PATCHES = ROWS * COLUMNS;
    public static final int WIDTH = 32;
    public static final int PATCH_SIZE = 4;

    public final GivenFeatures extractor;

    public MadeUpParts(Backend backend) {
        this.extractor = new GivenFeatures(backend, ROWS, COLUMNS, PATCH_SIZE, WIDTH, "made up");
    }

    /** Features of a good part. */
    public static float[] features(String seed) {
        float[] part = SeededValues.uniform("part", PATCHES * WIDTH, 2, 0.5);
        float[] variation = SeededValues.uniform(seed, PATCHES * WIDTH, 0.4, 0);
        for (int i = 0; i < part.length; i++) {
            part[i] += variation[i];
        }
        return part;
    }

    /** Features of a part with defects on some patches. */
    public static float[] features(String seed, int... defects) {
        float[] part = features(seed);
        for (int patch : defects) {
            float[] defect = SeededValues.uniform("defect " + seed + patch, WIDTH, 2, -0.5);
            System.arraycopy(defect, 0, part, patch * WIDTH, WIDTH);
        }
        return part;
    }

    public RgbImage image(String seed, int... defects) {
        return extractor.image(features(seed, defects));
    }

    /** A mask with one pixel set on each of some patches. */
    public static Mask mask(int... patches) {
        int width = COLUMNS * PATCH_SIZE;
        boolean[] pixels = new boolean[width * ROWS * PATCH_SIZE];
        for (int patch : patches) {
            int y = patch / COLUMNS * PATCH_SIZE + 1;
            int x = patch % COLUMNS * PATCH_SIZE + 1;
            pixels[y * width + x] = true;
        }
        return new Mask(width, ROWS * PATCH_SIZE, pixels);
    }
}
