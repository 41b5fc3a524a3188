package dev.ideal4j.eval.data;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pictures of a data set by product, in an order that counts: random draws are made from it. Immutable.
 *
 * @param train pictures of the training part, product by product
 * @param test pictures of the test part, from which few-shot episodes draw references and queries alike
 */
public record DatasetIndex(Map<String, List<LabeledImage>> train, Map<String, List<LabeledImage>> test) {
    /** Copies both parts, keeping their order. */
    public DatasetIndex {
        train = copy(train);
        test = copy(test);
    }

    private static Map<String, List<LabeledImage>> copy(Map<String, List<LabeledImage>> part) {
        Map<String, List<LabeledImage>> copy = new LinkedHashMap<>();
        part.forEach((product, images) -> copy.put(product, List.copyOf(images)));
        return Collections.unmodifiableMap(copy);
    }

    /** How many test pictures are anomalous, or are not. */
    public long testImages(boolean anomalous) {
        return test.values().stream()
                .flatMap(List::stream)
                .filter(image -> image.anomalous() == anomalous)
                .count();
    }
}
