package dev.ideal4j.kernels.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The part after the device in a backend's name: {@code cuda:0}, {@code cuda:0:tf32}, {@code cuda:0:cublas},
 * {@code cuda:0:tf32+cublas}, {@code cuda:0:bf16+blocks}.
 */
record CudaVariant(Precision precision, Extra extra) {
    /** What a variant has in addition to its precision. */
    enum Extra {
        NONE,
        /** cuBLAS computes the products. */
        CUBLAS,
        /** Transformer blocks stay in bf16 from end to end. Only with bf16. */
        BLOCKS;

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns all variants, first those of a precision alone. */
    static List<CudaVariant> all() {
        List<CudaVariant> all = new ArrayList<>();
        for (Extra extra : Extra.values()) {
            for (Precision precision : Precision.values()) {
                if (extra != Extra.BLOCKS || precision == Precision.BF16) {
                    all.add(new CudaVariant(precision, extra));
                }
            }
        }
        return all;
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
        return extra == Extra.NONE ? own : own + (own.isEmpty() ? "" : "+") + extra.label();
    }

    /** Returns a description, in addition to the device's own. */
    String description() {
        String products = extra == Extra.CUBLAS ? "products by cuBLAS" : "products";
        String operations = precision == Precision.FLOAT32
                ? products + " in float32"
                : products + " and attention in " + precision.label();
        return extra == Extra.BLOCKS ? operations + ", transformer blocks from end to end" : operations;
    }
}
