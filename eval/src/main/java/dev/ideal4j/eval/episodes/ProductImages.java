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
 * The test images of a product by type. Types are in the order of their first images.
 *
 * @param product name of the product
 * @param normal good images by kind of normality
 * @param anomalous defective images by type of defect
 */
record ProductImages(
        String product, Map<String, List<LabeledImage>> normal, Map<String, List<LabeledImage>> anomalous) {
    /** All products of an index, sorted by name. Types without a name are called {@code good} and {@code bad}. */
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

    /** The types with at least {@code count} images, or all types if there is no such type. */
    static List<String> typesWith(Map<String, List<LabeledImage>> kinds, int count) {
        List<String> enough = kinds.keySet().stream()
                .filter(type -> kinds.get(type).size() >= count)
                .toList();
        return enough.isEmpty() ? List.copyOf(kinds.keySet()) : enough;
    }

    /**
     * Checks that the product has images for the requested references.
     *
     * @param normalHint advice for the message if good images are missing, or empty
     * @param anomalousHint advice for the message if defective images are missing, or empty
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

    /** All images except references and dropped types: good images first, types sorted by name. */
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
