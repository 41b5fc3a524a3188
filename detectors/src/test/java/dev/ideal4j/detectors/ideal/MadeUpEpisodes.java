package dev.ideal4j.detectors.ideal;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingPicture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Training episodes of the made-up product, drawn from a few pictures, so that a cache has something to do. */
public final class MadeUpEpisodes {
    private MadeUpEpisodes() {}

    /** A picture of the made-up product. */
    public static final class Picture implements TrainingPicture {
        private final String key;
        private final int[] defects;
        private final RgbImage image;

        /** A picture with defects on some patches. */
        public Picture(MadeUpParts parts, String key, int... defects) {
            this.key = key;
            this.defects = defects;
            this.image = parts.picture(key, defects);
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
        Map<String, Picture> pictures = new HashMap<>();
        return () -> {
            int good = random.nextInt(5);
            int bad = random.nextInt(5);
            int query = random.nextInt(10);
            return new Episode(
                    List.of(pictures.computeIfAbsent("good" + good, key -> new Picture(parts, key))),
                    List.of(pictures.computeIfAbsent("bad" + bad, key -> new Picture(parts, key, 3 + bad, 4 + bad))),
                    query < 5
                            ? pictures.computeIfAbsent("good" + query, key -> new Picture(parts, key))
                            : pictures.computeIfAbsent("bad" + query, key -> new Picture(parts, key, 2 + query)));
        };
    }
}
