package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * The fixed references of a product, and the images that are scored with them.
 *
 * @param product name of the product
 * @param normal normal references in drawn order; they repeat if there are too few images
 * @param anomalous anomalous references in drawn order, grouped by type
 * @param types types of the anomalous references in drawn order
 * @param queries images to score: good images, then defective images; types are sorted by name
 */
public record TestEpisode(
        String product,
        List<LabeledImage> normal,
        List<LabeledImage> anomalous,
        List<String> types,
        List<LabeledImage> queries) {
    /** Copies the lists. */
    public TestEpisode {
        normal = List.copyOf(normal);
        anomalous = List.copyOf(anomalous);
        types = List.copyOf(types);
        queries = List.copyOf(queries);
    }
}
