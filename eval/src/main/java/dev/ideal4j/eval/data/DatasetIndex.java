package dev.ideal4j.eval.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The images of a data set by product. Random draws depend on their order. Immutable.
 *
 * @param train images of the training part, by product
 * @param test images of the test part, by product; few-shot episodes draw both references and queries from them
 */
public record DatasetIndex(Map<String, List<LabeledImage>> train, Map<String, List<LabeledImage>> test) {
    /** Copies both parts and keeps their order. */
    public DatasetIndex {
        train = copy(train);
        test = copy(test);
    }

    private static Map<String, List<LabeledImage>> copy(Map<String, List<LabeledImage>> part) {
        Map<String, List<LabeledImage>> copy = new LinkedHashMap<>();
        part.forEach((product, images) -> copy.put(product, List.copyOf(images)));
        return Collections.unmodifiableMap(copy);
    }

    /** The number of test images that are anomalous, or that are good. */
    public long testImages(boolean anomalous) {
        return test.values().stream()
                .flatMap(List::stream)
                .filter(image -> image.anomalous() == anomalous)
                .count();
    }
}
