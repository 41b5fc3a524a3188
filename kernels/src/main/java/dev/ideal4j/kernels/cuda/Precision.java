package dev.ideal4j.kernels.cuda;

import java.util.Locale;

/**
 * How products and attention compute. Part of the backend's name ({@code cuda:0}, {@code cuda:0:tf32}), and with it stored
 * beside results. All sums are float32.
 */
public enum Precision {
    /** Portable kernels, float32 throughout. */
    FLOAT32,
    /** Operands rounded to 10 fraction bits. */
    TF32,
    /** Operands rounded to 7 fraction bits. */
    BF16;

    /** As in a backend's name. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
