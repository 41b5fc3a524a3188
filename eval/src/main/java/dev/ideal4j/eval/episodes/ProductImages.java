package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.DatasetIndex;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The test pictures of a product by type, types in the order of their first pictures.
 *
 * @param product its name
 * @param normal normal pictures by kind of normality
 * @param anomalous defective pictures by type of defect
 */
record ProductImages(
        String product, Map<String, List<LabeledImage>> normal, Map<String, List<LabeledImage>> anomalous) {
    /** Every product of an index, sorted by name. Nameless types are called {@code good} and {@code bad}. */
    static List<ProductImages> of(DatasetIndex index) {
        List<ProductImages> products = new ArrayList<>();
        new TreeMap<>(index.test()).forEach((product, images) -> products.add(of(product, images)));
        return products;
    }

    private static ProductImages of(String product, List<LabeledImage> images) {
        ProductImages kinds = new ProductImages(product, new LinkedHashMap<>(), new LinkedHashMap<>());
        for (LabeledImage image : images) {
            kinds.kinds(image.anomalous())
                    .computeIfAbsent(typeOf(image), type -> new ArrayList<>())
                    .add(image);
        }
        return kinds;
    }

    static String typeOf(LabeledImage image) {
        return image.type().isEmpty() ? image.anomalous() ? "bad" : "good" : image.type();
    }

    private Map<String, List<LabeledImage>> kinds(boolean anomalousOnes) {
        return anomalousOnes ? anomalous : normal;
    }

    /** The types with at least {@code count} pictures, or all types if none has so many. */
    static List<String> typesWith(Map<String, List<LabeledImage>> kinds, int count) {
        List<String> enough = kinds.keySet().stream()
                .filter(type -> kinds.get(type).size() >= count)
                .toList();
        return enough.isEmpty() ? List.copyOf(kinds.keySet()) : enough;
    }

    /**
     * Fails when references of a kind are asked for and the product has none.
     *
     * @param normalHint what to do where normal ones are missing, or nothing
     * @param anomalousHint what to do where defective ones are missing, or nothing
     */
    void require(int normalShots, int anomalousShots, String normalHint, String anomalousHint) {
        if (normalShots > 0 && normal.isEmpty()) {
            throw new InvalidInputException(product, "no good test image", "one to draw references from" + normalHint);
        }
        if (anomalousShots > 0 && anomalous.isEmpty()) {
            throw new InvalidInputException(
                    product, "no defective test image", "one to draw references from" + anomalousHint);
        }
    }

    /** All pictures but the references and the dropped types: normal ones first, types sorted by name. */
    List<LabeledImage> queries(Collection<LabeledImage> references, Collection<String> droppedTypes) {
        Set<LabeledImage> left = new HashSet<>(references);
        List<LabeledImage> queries = new ArrayList<>();
        new TreeMap<>(normal).values().forEach(queries::addAll);
        new TreeMap<>(anomalous)
                .forEach((type, images) -> queries.addAll(droppedTypes.contains(type) ? List.of() : images));
        queries.removeIf(left::contains);
        return queries;
    }
}
