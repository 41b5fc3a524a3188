package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * One step of training: a product's references and one query.
 *
 * @param dataset where the pictures lie
 * @param product the product
 * @param normal normal references
 * @param anomalous defective references; types may differ and pictures repeat
 * @param query the picture to score; it may be a reference too, as in the published code
 */
public record TrainingEpisode(
        Dataset dataset, String product, List<LabeledImage> normal, List<LabeledImage> anomalous, LabeledImage query) {
    /** Copies the lists. */
    public TrainingEpisode {
        normal = List.copyOf(normal);
        anomalous = List.copyOf(anomalous);
    }
}
