package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * A task: the references of a product to fit to, and the images to score.
 *
 * @param product name of the product
 * @param references files of the references
 * @param types known types of the anomalous references
 * @param queries images of the data set to score
 */
public record Task(String product, ReferenceFiles references, List<String> types, List<LabeledImage> queries) {
    /** Copies the lists. */
    public Task {
        types = List.copyOf(types);
        queries = List.copyOf(queries);
    }
}
