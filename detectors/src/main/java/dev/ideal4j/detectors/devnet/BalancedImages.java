package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Pairs of a normal and an abnormal image of one product. The images of each kind come in random order, and after all images
 * of a kind the order is drawn again, as published. Therefore batches are half normal and half abnormal, however few abnormal
 * images there are.
 */
final class BalancedImages implements Episode.Source {
    private final Walk normal;
    private final Walk abnormal;

    /**
     * @param references at least one of each kind
     * @param seed seed of the orders
     */
    BalancedImages(References references, long seed) {
        List<TrainingImage> good = new ArrayList<>();
        references.normal().forEach(image -> good.add(new Given(image, null, "normal-" + good.size())));
        List<TrainingImage> bad = new ArrayList<>();
        references
                .abnormal()
                .forEach(found -> bad.add(new Given(found.image(), found.mask(), "abnormal-" + bad.size())));
        this.normal = new Walk(good, new Random(seed));
        this.abnormal = new Walk(bad, new Random(~seed));
    }

    @Override
    public Episode next() {
        TrainingImage bad = abnormal.next();
        return new Episode(List.of(normal.next()), List.of(bad), bad);
    }

    private record Given(RgbImage image, Mask mask, String key) implements TrainingImage {}

    private static final class Walk {
        private final List<TrainingImage> images;
        private final Random random;
        private int at;

        Walk(List<TrainingImage> images, Random random) {
            this.images = images;
            this.random = random;
        }

        TrainingImage next() {
            if (at % images.size() == 0) {
                Collections.shuffle(images, random);
                at = 0;
            }
            return images.get(at++);
        }
    }
}
