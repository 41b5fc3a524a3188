package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * An episode of a training: the references of a product and a query.
 *
 * @param dataset the data set of the images
 * @param product the product
 * @param normal normal references
 * @param anomalous anomalous references; their types may differ, and images may repeat
 * @param query the image to score; as in the published code it may also be a reference
 */
public record TrainingEpisode(
        Dataset dataset, String product, List<LabeledImage> normal, List<LabeledImage> anomalous, LabeledImage query) {
    /** Copies the lists. */
    public TrainingEpisode {
        normal = List.copyOf(normal);
        anomalous = List.copyOf(anomalous);
    }
}
