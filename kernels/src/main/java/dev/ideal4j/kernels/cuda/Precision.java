package dev.ideal4j.kernels.cuda;

import java.util.Locale;

/**
 * The precision of matrix products and attention. It is part of the backend's name ({@code cuda:0},
 * {@code cuda:0:tf32}), which is stored with results. All sums are float32.
 */
public enum Precision {
    /** Portable kernels, float32 throughout. */
    FLOAT32,
    /** Operands rounded to 10 fraction bits. */
    TF32,
    /** Operands rounded to 7 fraction bits. */
    BF16;

    /** Returns the label in a backend's name. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
