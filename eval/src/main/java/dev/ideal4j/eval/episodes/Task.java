package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * What to do for a product: fit to these references, score these pictures.
 *
 * @param product its name
 * @param references files to fit to
 * @param types types of the defective references, as far as known
 * @param queries pictures to score, of the data set
 */
public record Task(String product, ReferenceFiles references, List<String> types, List<LabeledImage> queries) {
    /** Copies the lists. */
    public Task {
        types = List.copyOf(types);
        queries = List.copyOf(queries);
    }
}
