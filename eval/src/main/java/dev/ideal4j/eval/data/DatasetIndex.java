package dev.ideal4j.eval.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

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

    /**
     * What is known of each product, in a line: {@code tile: 3 images to train on; test: 20 good, 12 defective (5 crack, 7
     * hole), 12 with masks}.
     */
    public List<String> summary() {
        List<String> lines = new ArrayList<>();
        test.forEach((product, images) -> {
            Map<String, Long> types = images.stream()
                    .filter(LabeledImage::anomalous)
                    .collect(Collectors.groupingBy(LabeledImage::type, TreeMap::new, Collectors.counting()));
            long defective = types.values().stream().mapToLong(count -> count).sum();
            long masks =
                    images.stream().filter(image -> !image.mask().isEmpty()).count();
            String named = types.entrySet().stream()
                    .map(type -> type.getValue() + " " + type.getKey())
                    .collect(Collectors.joining(", "));
            lines.add(product + ": " + train.getOrDefault(product, List.of()).size() + " images to train on; test: "
                    + (images.size() - defective) + " good, " + defective + " defective"
                    + (defective == 0 ? "" : " (" + named + "), " + masks + " with masks")
                    + (masks < defective ? ": image metrics alone, because pixel metrics need all masks" : ""));
        });
        return lines;
    }

    /** The number of test images that are anomalous, or that are good. */
    public long testImages(boolean anomalous) {
        return test.values().stream()
                .flatMap(List::stream)
                .filter(image -> image.anomalous() == anomalous)
                .count();
    }
}
