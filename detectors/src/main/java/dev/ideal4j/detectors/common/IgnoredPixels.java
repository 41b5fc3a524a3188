package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.References;
import java.util.Arrays;
import java.util.List;

/**
 * The pixels of an image that do not count. A patch does not count if more than half of its pixels do not count.
 *
 * @param mask the pixels that do not count, of any size
 * @param patches for each patch of the grid, row by row, whether it does not count
 */
public record IgnoredPixels(Mask mask, boolean[] patches) {
    /**
     * The ignored patches of an image for a backbone.
     *
     * @param mask of the whole image, of any size
     * @throws InvalidInputException if no patch is left
     */
    public static IgnoredPixels of(Mask mask, FeatureExtractor extractor) {
        int margin = extractor instanceof PixelExtractor pixels ? pixels.margin() : 0;
        int patch = extractor.patchSize();
        int columns = extractor.gridColumns();
        Mask resized = mask.resize(extractor.inputWidth() + 2 * margin, extractor.inputHeight() + 2 * margin);
        int[] pixels = new int[extractor.patches()];
        for (int y = 0; y < extractor.gridRows() * patch; y++) {
            for (int x = 0; x < columns * patch; x++) {
                if (resized.pixels()[(y + margin) * resized.width() + x + margin]) {
                    pixels[y / patch * columns + x / patch]++;
                }
            }
        }
        boolean[] patches = new boolean[pixels.length];
        int left = patches.length;
        for (int i = 0; i < patches.length; i++) {
            patches[i] = 2 * pixels[i] > patch * patch;
            left -= patches[i] ? 1 : 0;
        }
        if (left == 0) {
            throw new InvalidInputException("pixels that do not count", "all patches", "a patch that counts");
        }
        return new IgnoredPixels(mask, patches);
    }

    /** Patch scores in which each patch that does not count has the lowest score of the patches that count. */
    public float[] levelled(float[] scores) {
        float lowest = Float.POSITIVE_INFINITY;
        for (int i = 0; i < patches.length; i++) {
            lowest = patches[i] ? lowest : Math.min(lowest, scores[i]);
        }
        float[] levelled = scores.clone();
        for (int i = 0; i < patches.length; i++) {
            levelled[i] = patches[i] ? lowest : scores[i];
        }
        return levelled;
    }

    /** A map with zeros where pixels do not count. */
    public ScoreMap zeroed(ScoreMap map) {
        boolean[] ignored = mask.resize(map.width(), map.height()).pixels();
        float[] values = map.values().clone();
        for (int i = 0; i < values.length; i++) {
            values[i] = ignored[i] ? 0 : values[i];
        }
        return new ScoreMap(map.width(), map.height(), values);
    }

    /** Copies rows of features without those of patches that do not count. */
    public static float[] kept(float[] rows, int width, List<boolean[]> ignored) {
        float[] kept = new float[rows.length];
        int count = 0;
        int row = 0;
        for (boolean[] patches : ignored) {
            for (boolean patch : patches) {
                if (!patch) {
                    System.arraycopy(rows, row * width, kept, count++ * width, width);
                }
                row++;
            }
        }
        return Arrays.copyOf(kept, count * width);
    }

    /** The values of a map over the patches that count, in order. */
    public float[] counted(ScoreMap map, int columns) {
        return counted(map, new Mask(columns, patches.length / columns, patches));
    }

    private static float[] counted(ScoreMap map, Mask ignored) {
        boolean[] out = ignored.resize(map.width(), map.height()).pixels();
        float[] counted = new float[out.length];
        int count = 0;
        for (int i = 0; i < out.length; i++) {
            if (!out[i]) {
                counted[count++] = map.values()[i];
            }
        }
        return Arrays.copyOf(counted, count);
    }

    /** Mean of the {@code top} highest values that count; of all values that count if there are fewer. */
    static float topMean(ScoreMap map, Mask ignored, int top) {
        float[] sorted = counted(map, ignored);
        int count = sorted.length;
        Arrays.sort(sorted);
        double sum = 0;
        int some = Math.min(top, count);
        for (int i = 0; i < some; i++) {
            sum += sorted[count - 1 - i];
        }
        return (float) (sum / some);
    }

    /** References whose ignored pixels are grey, for networks that process an image as a whole. */
    public static References painted(References references) {
        return references.map(known -> known.ignored() == null
                ? known
                : new References.Reference(
                        known.name(),
                        known.role(),
                        known.ignored().hide(known.image()),
                        known.mask(),
                        known.ignored()));
    }
}
