package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.ReferenceCount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * VisionAD of several products: the class-aware memory bank. The product of an image is the product whose first reference is
 * most similar to the whole image, and the image is scored by the memory bank of this product. Here the product is chosen for
 * each image, as in the paper. The published program chooses it once for a test folder, from the first image. For the same
 * results, use {@link #product} with the result of {@link #recognise} for this image. Immutable and thread-safe.
 */
public final class ClassAwareVisionAd extends OpenDetector {
    private static final float NORM_EPS = 1e-12f;

    private final PixelExtractor extractor;
    private final ProductChoice choice;
    private final Map<String, FittedVisionAd> products;

    /** Embedding of each product's first reference, L2-normalised, {@code (products, E)}. */
    private final Tensor embeddings;

    private ClassAwareVisionAd(
            Lifetime lifetime,
            PixelExtractor extractor,
            VisionAdConfig config,
            ProductChoice choice,
            Map<String, FittedVisionAd> products,
            Tensor embeddings,
            Scope scope) {
        super(
                lifetime,
                extractor::use,
                config(VisionAdDetector.METHOD, extractor, found(choice, products), config),
                scope);
        this.extractor = extractor;
        this.choice = choice;
        this.products = Collections.unmodifiableMap(products);
        this.embeddings = embeddings;
    }

    private static Map<String, Object> found(ProductChoice choice, Map<String, FittedVisionAd> products) {
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("productChoice", choice);
        found.put("products", String.join(", ", products.keySet()));
        int normal =
                products.values().stream().mapToInt(FittedVisionAd::references).sum();
        found.putAll(new ReferenceCount(normal, 0).toMap());
        return found;
    }

    static ClassAwareVisionAd of(
            PixelExtractor extractor, VisionAdConfig config, ProductChoice choice, Map<String, References> references) {
        Lifetime lifetime = lifetime(VisionAdDetector.METHOD);
        Scope scope = Scope.on(extractor.backend());
        return owning(scope, () -> {
            Map<String, FittedVisionAd> products = new LinkedHashMap<>();
            List<RgbImage> first = new ArrayList<>();
            references.forEach((name, known) -> {
                SupportBanks banks = SupportBanks.of(extractor, config, known.of(References.Role.NORMAL), scope);
                products.put(
                        name,
                        new FittedVisionAd(
                                lifetime, extractor, config, known.normal().size(), banks, scope));
                first.add(known.normal().get(0));
            });
            return new ClassAwareVisionAd(
                    lifetime, extractor, config, choice, products, embed(extractor, first, scope), scope);
        });
    }

    /** L2-normalised embeddings of images, {@code (count, E)}. */
    private static Tensor embed(PixelExtractor extractor, List<RgbImage> images, Scope scope) {
        Tensor embeddings = extractor.imageEmbeddings(extractor.pixels(images), images.size(), scope);
        extractor.backend().normalization().l2(embeddings, NORM_EPS, embeddings);
        return embeddings;
    }

    /** The products' names, in the given order. */
    public List<String> products() {
        return List.copyOf(products.keySet());
    }

    /** Returns the name of the product that an image shows; of products with equal similarity, the first one. */
    public String recognise(RgbImage image) {
        return during(() -> recogniseOpen(image));
    }

    private String recogniseOpen(RgbImage image) {
        try (Scope local = extractor.backend().scope()) {
            Tensor query = embed(extractor, List.of(image), local);
            Tensor cosines = local.allocate(1, products.size());
            extractor.backend().products().multiplyTransposed(query, embeddings, cosines);
            float[] found = cosines.toArray();
            int best = 0;
            for (int i = 1; i < found.length; i++) {
                best = found[i] > found[best] ? i : best;
            }
            return products().get(best);
        }
    }

    /**
     * The scorer of one product. It is a part of this scorer, and closing it closes this scorer.
     *
     * @throws InvalidInputException if there is no such product
     */
    public Scorer product(String name) {
        Scorer product = products.get(name);
        if (product == null) {
            throw new InvalidInputException("product", name, "one of " + String.join(", ", products.keySet()));
        }
        return product;
    }

    /** The scorer of the first image's product with {@link ProductChoice#FIRST}, otherwise this scorer. */
    @Override
    public Scorer forImagesLike(RgbImage first) {
        return choice == ProductChoice.FIRST ? product(recognise(first)) : this;
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            anomalies.addAll(
                    products.get(recognise(images.get(i))).score(images.subList(i, i + 1), ignored.subList(i, i + 1)));
        }
        return anomalies;
    }
}
