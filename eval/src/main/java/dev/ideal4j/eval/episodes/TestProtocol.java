package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.data.DatasetIndex;
import dev.ideal4j.eval.data.LabeledImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The published test protocol. The references of each product are drawn once from its test images, product after product
 * with the same two generators. All other test images of the product are scored. Immutable.
 *
 * @param shots numbers of references of a product
 * @param setting which defective images are scored
 * @param referenceTypes number of types of the anomalous references, 1 to the number of anomalous references
 * @param explicit a product and the type of its anomalous references, or null
 */
public record TestProtocol(Shots shots, Setting setting, int referenceTypes, ExplicitType explicit) {
    /**
     * A type of anomalous references that is chosen instead of drawn.
     *
     * @param product the product
     * @param type a type of defect of that product
     */
    public record ExplicitType(String product, String type) {}

    /** Checks the settings against each other. */
    public TestProtocol {
        if (referenceTypes < 1 || referenceTypes > Math.max(1, shots.anomalous())) {
            throw new InvalidInputException(
                    "types of anomalous references",
                    Integer.toString(referenceTypes),
                    "1 to the number of anomalous references, " + shots.anomalous());
        }
        if (explicit != null && (shots.anomalous() == 0 || referenceTypes != 1)) {
            throw new InvalidInputException(
                    "explicit reference type",
                    shots.anomalous() + " anomalous references of " + referenceTypes + " types",
                    "at least one reference, of one type");
        }
    }

    /** The usual protocol: references of one drawn type. */
    public TestProtocol(Shots shots, Setting setting) {
        this(shots, setting, 1, null);
    }

    /** The settings by name, for the files of results. */
    public Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("nShot", shots.normal());
        settings.put("aShot", shots.anomalous());
        settings.put("setting", setting.name().toLowerCase(Locale.ROOT));
        settings.put("aRefTypes", referenceTypes);
        if (explicit != null) {
            settings.put("refProduct", explicit.product());
            settings.put("refType", explicit.type());
        }
        return settings;
    }

    /** Draws the references of all products, sorted by the names of the products. */
    public List<TestEpisode> episodes(DatasetIndex index, long seed) {
        return episodes(index, new Draws(seed));
    }

    /** Draws as {@link #episodes(DatasetIndex, long)}, with generators that the training may use afterwards. */
    public List<TestEpisode> episodes(DatasetIndex index, Draws draws) {
        List<ProductImages> products = ProductImages.of(index);
        checkExplicit(products);
        return products.stream().map(product -> episode(product, draws)).toList();
    }

    private void checkExplicit(List<ProductImages> products) {
        if (explicit == null) {
            return;
        }
        Collection<String> types = products.stream()
                .filter(product -> product.product().equals(explicit.product()))
                .map(product -> product.anomalous().keySet())
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(
                        "product of the explicit reference type",
                        explicit.product(),
                        "one of "
                                + String.join(
                                        ", ",
                                        products.stream()
                                                .map(ProductImages::product)
                                                .toList())));
        if (!types.contains(explicit.type())) {
            throw new InvalidInputException(
                    "explicit reference type", explicit.type(), "one of " + String.join(", ", types));
        }
    }

    private TestEpisode episode(ProductImages product, Draws draws) {
        product.require(
                shots.normal(),
                shots.anomalous(),
                "; '--reference-draw loader --a-shot 0' draws them from the training part",
                "; --a-shot 0 does without defective references");
        List<LabeledImage> normal = List.of();
        if (shots.normal() > 0) {
            String kind = draws.one(ProductImages.typesWith(product.normal(), shots.normal()));
            normal = draws.images(product.normal().get(kind), shots.normal());
        }
        List<LabeledImage> anomalous = new ArrayList<>();
        List<String> types = List.of();
        if (shots.anomalous() > 0 && referenceTypes == 1) {
            types = List.of(type(product, draws));
            anomalous.addAll(draws.images(product.anomalous().get(types.get(0)), shots.anomalous()));
        } else if (shots.anomalous() > 0) {
            types = draws.some(
                    List.copyOf(product.anomalous().keySet()),
                    Math.min(referenceTypes, product.anomalous().size()));
            spread(product, types, draws, anomalous);
        }
        List<LabeledImage> references = new ArrayList<>(normal);
        references.addAll(anomalous);
        List<LabeledImage> queries = product.queries(references, setting == Setting.HARD ? types : List.of());
        return new TestEpisode(product.product(), normal, anomalous, types, queries);
    }

    private String type(ProductImages product, Draws draws) {
        return explicit != null && explicit.product().equals(product.product())
                ? explicit.type()
                : draws.one(ProductImages.typesWith(product.anomalous(), shots.anomalous()));
    }

    /** The numbers of references of each type: one each, and further references of types that are drawn again. */
    private void spread(ProductImages product, List<String> types, Draws draws, List<LabeledImage> references) {
        int[] counts = new int[types.size()];
        for (int i = 0; i < shots.anomalous(); i++) {
            counts[i < types.size() ? i : types.indexOf(draws.one(types))]++;
        }
        for (int i = 0; i < counts.length; i++) {
            references.addAll(draws.images(product.anomalous().get(types.get(i)), counts[i]));
        }
    }
}
