package dev.ideal4j.eval.train;

import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.training.TrainingImage;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import java.lang.ref.SoftReference;
import java.nio.file.Path;

/** An image of a data set. It is read when it is needed. Its key is the SHA-256 of its file. Not thread-safe. */
final class DatasetImage implements TrainingImage {
    private final Path image;
    private final Dataset dataset;
    private final LabeledImage labeled;
    private String key;
    private SoftReference<Mask> read = new SoftReference<>(null);

    DatasetImage(Dataset dataset, LabeledImage labeled) {
        image = dataset.file(labeled.image());
        this.dataset = dataset;
        this.labeled = labeled;
    }

    @Override
    public String key() {
        if (key == null) {
            key = Fingerprint.ofFile(image);
        }
        return key;
    }

    @Override
    public RgbImage image() {
        return ImageReader.read(image);
    }

    /** The mask, kept while memory suffices, because each epoch needs the same masks again. */
    @Override
    public Mask mask() {
        if (!labeled.anomalous()) {
            return null;
        }
        Mask known = read.get();
        if (known == null) {
            known = dataset.mask(labeled, note -> {});
            read = new SoftReference<>(known);
        }
        return known;
    }
}
