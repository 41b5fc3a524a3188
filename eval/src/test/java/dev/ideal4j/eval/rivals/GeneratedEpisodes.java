package dev.ideal4j.eval.rivals;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingImage;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoSample;
import dev.ideal4j.eval.episodes.Shots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Endless episodes of generated parts, with none of the images that {@link GeneratedParts} scores or uses as references. */
final class GeneratedEpisodes implements Episode.Source {
    private static final int FIRST = 200;
    private final DemoDataset dataset;
    private final List<String> parts;
    private final int images;
    private final Shots shots;
    private final Random random;
    private final Map<String, GeneratedImage> painted = new HashMap<>();

    /**
     * @param images number of images of each kind of each part
     * @param shots numbers of references of an episode; anomalous references show the kind of defect of a defective query
     * @param seed seed of the draws
     */
    GeneratedEpisodes(DemoDataset dataset, List<String> parts, int images, Shots shots, long seed) {
        this.dataset = dataset;
        this.parts = parts;
        this.images = images;
        this.shots = shots;
        this.random = new Random(seed);
    }

    private record GeneratedImage(String key, DemoSample sample) implements TrainingImage {
        @Override
        public RgbImage image() {
            return sample.image();
        }

        @Override
        public Mask mask() {
            return sample.isAbnormal() ? sample.mask() : null;
        }
    }

    /** One query in four is good. */
    @Override
    public Episode next() {
        String part = parts.get(random.nextInt(parts.size()));
        List<TrainingImage> normal = new ArrayList<>();
        for (int i = 0; i < shots.normal(); i++) {
            int index = FIRST + random.nextInt(images);
            normal.add(painted.computeIfAbsent(
                    part + "-train-" + index, key -> new GeneratedImage(key, dataset.train(part, index))));
        }
        List<String> defects = dataset.defects(part);
        String kind = random.nextInt(4) == 0 ? DemoDataset.GOOD : defects.get(random.nextInt(defects.size()));
        TrainingImage query = test(part, kind);
        String shown = kind.equals(DemoDataset.GOOD) ? defects.get(random.nextInt(defects.size())) : kind;
        List<TrainingImage> abnormal = new ArrayList<>();
        for (int i = 0; i < shots.anomalous(); i++) {
            abnormal.add(test(part, shown));
        }
        return new Episode(normal, abnormal, query);
    }

    private TrainingImage test(String part, String kind) {
        int index = FIRST + random.nextInt(images);
        return painted.computeIfAbsent(
                part + "-" + kind + "-" + index, key -> new GeneratedImage(key, dataset.test(part, kind, index)));
    }
}
