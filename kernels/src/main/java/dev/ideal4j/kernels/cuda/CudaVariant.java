package dev.ideal4j.kernels.cuda;

import java.util.Arrays;
import java.util.List;

/**
 * What follows the device in a backend's name: {@code cuda:0}, {@code cuda:0:tf32}, {@code cuda:0:cublas},
 * {@code cuda:0:tf32+cublas}.
 *
 * @param withCublas whether products are those of cuBLAS
 */
record CudaVariant(Precision precision, boolean withCublas) {
    private static final String CUBLAS = "cublas";

    /** All, those without cuBLAS first. */
    static List<CudaVariant> all() {
        return List.of(false, true).stream()
                .flatMap(withCublas ->
                        Arrays.stream(Precision.values()).map(precision -> new CudaVariant(precision, withCublas)))
                .toList();
    }

    /** The variant that a label names; the empty one is float32 without cuBLAS. */
    static CudaVariant of(String label) {
        return all().stream()
                .filter(variant -> variant.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no variant " + label));
    }

    /** As in a backend's name; empty for float32 without cuBLAS. */
    String label() {
        String own = precision == Precision.FLOAT32 ? "" : precision.label();
        return withCublas ? own + (own.isEmpty() ? "" : "+") + CUBLAS : own;
    }

    /** Beside the device's own description. */
    String description() {
        String products = withCublas ? "products by cuBLAS" : "products";
        return precision == Precision.FLOAT32
                ? products + " in float32"
                : products + " and attention in " + precision.label();
    }
}
