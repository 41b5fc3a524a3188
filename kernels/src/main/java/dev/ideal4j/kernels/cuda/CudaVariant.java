package dev.ideal4j.kernels.cuda;

import java.util.Arrays;
import java.util.List;

/**
 * The part after the device in a backend's name: {@code cuda:0}, {@code cuda:0:tf32}, {@code cuda:0:cublas},
 * {@code cuda:0:tf32+cublas}.
 *
 * @param withCublas whether cuBLAS computes the products
 */
record CudaVariant(Precision precision, boolean withCublas) {
    private static final String CUBLAS = "cublas";

    /** Returns all variants, first those without cuBLAS. */
    static List<CudaVariant> all() {
        return List.of(false, true).stream()
                .flatMap(withCublas ->
                        Arrays.stream(Precision.values()).map(precision -> new CudaVariant(precision, withCublas)))
                .toList();
    }

    /** Returns the variant with a label. The empty label is float32 without cuBLAS. */
    static CudaVariant of(String label) {
        return all().stream()
                .filter(variant -> variant.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no variant " + label));
    }

    /** Returns the label in a backend's name, which is empty for float32 without cuBLAS. */
    String label() {
        String own = precision == Precision.FLOAT32 ? "" : precision.label();
        return withCublas ? own + (own.isEmpty() ? "" : "+") + CUBLAS : own;
    }

    /** Returns a description, in addition to the device's own. */
    String description() {
        String products = withCublas ? "products by cuBLAS" : "products";
        return precision == Precision.FLOAT32
                ? products + " in float32"
                : products + " and attention in " + precision.label();
    }
}
