package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Training episodes of the made-up product, drawn from a few images, so that a cache has something to do. */
public final class MadeUpEpisodes {
    private MadeUpEpisodes() {}

    /** An image of the made-up product. */
    public static final class Image implements TrainingImage {
        private final String key;
        private final int[] defects;
        private final RgbImage image;

        /** An image with defects on some patches. */
        public Image(MadeUpParts parts, String key, int... defects) {
            this.key = key;
            this.defects = defects;
            this.image = parts.image(key, defects);
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public RgbImage image() {
            return image;
        }

        @Override
        public Mask mask() {
            return defects.length == 0 ? null : MadeUpParts.mask(defects);
        }
    }

    /** Always the same row. */
    public static Episode.Source of(MadeUpParts parts) {
        Random random = new Random(3);
        Map<String, Image> images = new HashMap<>();
        return () -> {
            int good = random.nextInt(5);
            int bad = random.nextInt(5);
            int query = random.nextInt(10);
            return new Episode(
                    List.of(images.computeIfAbsent("good" + good, key -> new Image(parts, key))),
                    List.of(images.computeIfAbsent("bad" + bad, key -> new Image(parts, key, 3 + bad, 4 + bad))),
                    query < 5
                            ? images.computeIfAbsent("good" + query, key -> new Image(parts, key))
                            : images.computeIfAbsent("bad" + query, key -> new Image(parts, key, 2 + query)));
        };
    }
}
