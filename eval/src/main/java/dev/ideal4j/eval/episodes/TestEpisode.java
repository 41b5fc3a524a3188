package dev.ideal4j.eval.episodes;

import dev.ideal4j.eval.data.LabeledImage;
import java.util.List;

/**
 * The references of a product, frozen, and the pictures scored with them.
 *
 * @param product its name
 * @param normal normal references, in drawn order; repeats where there are fewer than asked for
 * @param anomalous defective references, in drawn order, grouped by type
 * @param types types of the defective references, in drawn order
 * @param queries pictures to score: normal ones, then defective ones, types sorted by name
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
