package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.Undefined;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The numbers of a product, by name. */
public enum Measure {
    /** Image AUROC. */
    IMAGE_AUROC("i_auroc", "I-AUROC", result -> result.image().auroc()),
    /** Image average precision. */
    IMAGE_AP("i_ap", "I-AP", result -> result.image().averagePrecision()),
    /** Largest image F1 score. */
    IMAGE_F1("i_f1_max", "I-F1max", result -> result.image().f1Max()),
    /** Pixel AUROC, of all pixels. */
    PIXEL_AUROC("p_auroc", "P-AUROC", result -> result.pixel().auroc()),
    /** Pixel average precision. */
    PIXEL_AP("p_ap", "P-AP", result -> result.pixel().averagePrecision()),
    /** Largest pixel F1 score, of all pixels. */
    PIXEL_F1("p_f1_max", "P-F1max", result -> result.pixel().f1Max()),
    /** Exact per-region overlap up to a false-positive rate of 0.3. */
    PRO30("pro_0.3", "PRO 0.3", result -> result.pixel().pro30()),
    /** Exact per-region overlap up to a false-positive rate of 0.05. */
    PRO05("pro_0.05", "PRO 0.05", result -> result.pixel().pro05()),
    /** Mean AUPIMO of the defective images. */
    AUPIMO("aupimo", "AUPIMO", result -> result.pixel().aupimo().mean()),
    /** Pixel AUROC as published: of drawn pixels. */
    PUBLISHED_PIXEL_AUROC(
            "published_p_auroc", "P-AUROC", result -> result.pixel().published().auroc()),
    /** Largest pixel F1 score as published: of drawn pixels. */
    PUBLISHED_PIXEL_F1("published_p_f1_max", "P-F1max", result -> result.pixel()
            .published()
            .f1Max()),
    /** Per-region overlap as published. */
    PUBLISHED_PRO(
            "published_p_pro",
            "P-PRO",
            result -> result.pixel().published().pro().numpy()),
    /** Per-region overlap as published, but with ties in a fixed order. */
    PUBLISHED_PRO_STABLE(
            "published_p_pro_stable",
            "P-PRO stable",
            result -> result.pixel().published().pro().stable());

    /** The measures of the published tables, in their order. */
    public static final List<Measure> PUBLISHED = List.of(IMAGE_AUROC, IMAGE_AP, PUBLISHED_PIXEL_AUROC, PUBLISHED_PRO);

    private final String key;
    private final String label;
    private final ToDoubleFunction<ProductResult> value;

    Measure(String key, String label, ToDoubleFunction<ProductResult> value) {
        this.key = key;
        this.label = label;
        this.value = value;
    }

    /** The name in files, such as {@code i_auroc}. */
    public String key() {
        return key;
    }

    /** The name in tables and reports, such as {@code I-AUROC}. */
    public String label() {
        return label;
    }

    /** The value of a product, in [0, 1], or NaN. */
    public double of(ProductResult result) {
        return value.applyAsDouble(result);
    }

    /** The reason why the value of a product is NaN; null if it is defined. */
    public Undefined undefined(ProductResult result) {
        if (!Double.isNaN(of(result))) {
            return null;
        }
        if (this == AUPIMO) {
            return result.pixel().aupimo().undefined();
        }
        Undefined ofGroup =
                isOfPixels() ? result.pixel().undefined() : result.image().undefined();
        // The only reasons left are the published subsample and the published smaller maps.
        return ofGroup == null ? Undefined.NO_DEFECTIVE_PIXEL : ofGroup;
    }

    /** Whether it measures localisation; otherwise it measures detection. */
    public boolean isOfPixels() {
        return compareTo(PIXEL_AUROC) >= 0;
    }

    /** The number of products whose value is defined. {@link #mean} is the mean over them. */
    public int defined(List<ProductResult> results) {
        return (int)
                results.stream().filter(result -> !Double.isNaN(of(result))).count();
    }

    /** The mean over products, computed in float32 as in the published code. NaN values are left out. */
    public double mean(List<ProductResult> results) {
        float sum = 0;
        int count = 0;
        for (ProductResult result : results) {
            float product = (float) of(result);
            sum += Float.isNaN(product) ? 0 : product;
            count += Float.isNaN(product) ? 0 : 1;
        }
        return count == 0 ? Double.NaN : sum / count;
    }
}
