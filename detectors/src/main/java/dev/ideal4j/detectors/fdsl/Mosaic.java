package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A mosaic of 2×2 images of one product, each resized to the size of the first one. The published training draws the images
 * from the test part of the product. Here they come from an episode: its query, its abnormal and its normal references.
 *
 * @param image the mosaic
 * @param mask the mosaic of the masks
 */
record Mosaic(RgbImage image, Mask mask) implements TrainingImage {
    private static final int SIDE = 2;

    @Override
    public String key() {
        throw new UnsupportedOperationException("mosaics are not kept");
    }

    /** Draws a mosaic. Each tile is with equal probability a normal reference or one of the other images. */
    static Mosaic of(Episode episode, SplittableRandom random) {
        List<TrainingImage> others = new ArrayList<>(episode.abnormal());
        others.add(episode.query());
        List<TrainingImage> tiles = new ArrayList<>();
        for (int i = 0; i < SIDE * SIDE; i++) {
            List<TrainingImage> from = random.nextBoolean() ? others : episode.normal();
            tiles.add(from.get(random.nextInt(from.size())));
        }
        RgbImage first = tiles.get(0).image();
        int width = first.width();
        int height = first.height();
        byte[] samples = new byte[3 * SIDE * SIDE * width * height];
        boolean[] set = new boolean[SIDE * SIDE * width * height];
        for (int i = 0; i < tiles.size(); i++) {
            RgbImage image = i == 0 ? first : tiles.get(i).image();
            RgbImage tile = image.width() == width && image.height() == height
                    ? image
                    : PillowResize.resize(image, width, height, PillowResize.Filter.BICUBIC);
            Mask given = tiles.get(i).mask();
            Mask mask = given == null ? null : given.resize(width, height);
            for (int row = 0; row < height; row++) {
                int to = (i / SIDE * height + row) * SIDE * width + i % SIDE * width;
                System.arraycopy(tile.samples(), 3 * row * width, samples, 3 * to, 3 * width);
                if (mask != null) {
                    System.arraycopy(mask.pixels(), row * width, set, to, width);
                }
            }
        }
        return new Mosaic(
                new RgbImage(SIDE * width, SIDE * height, samples), new Mask(SIDE * width, SIDE * height, set));
    }
}
