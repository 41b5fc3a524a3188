package dev.ideal4j.kernels.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The part after the device in a backend's name: {@code cuda:0}, {@code cuda:0:tf32}, {@code cuda:0:cublas},
 * {@code cuda:0:tf32+cublas}, {@code cuda:0:bf16+blocks}, {@code cuda:0:bf16+blocks128}.
 */
record CudaVariant(Precision precision, Extra extra) {
    /** What a variant has in addition to its precision. */
    enum Extra {
        NONE,
        /** cuBLAS computes the products. */
        CUBLAS,
        /** Transformer blocks stay in bf16 from end to end. Only with bf16. */
        BLOCKS,
        /** The same, with 128 queries in a block of the attention. */
        BLOCKS128;

        /** Whether transformer blocks stay in bf16. */
        boolean isBlocks() {
            return this == BLOCKS || this == BLOCKS128;
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns all variants, first those of a precision alone. */
    static List<CudaVariant> all() {
        List<CudaVariant> all = new ArrayList<>();
        for (Extra extra : Extra.values()) {
            for (Precision precision : Precision.values()) {
                if (!extra.isBlocks() || precision == Precision.BF16) {
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
        return switch (extra) {
            case NONE, CUBLAS -> operations;
            case BLOCKS -> operations + ", transformer blocks from end to end";
            case BLOCKS128 -> operations + ", transformer blocks from end to end with 128 queries at a time";
        };
    }
}
