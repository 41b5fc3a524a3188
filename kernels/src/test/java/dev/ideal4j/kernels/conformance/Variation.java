package dev.ideal4j.kernels.conformance;

/**
 * What is out of the ordinary in a {@link Trial}.
 *
 * @param kind the deviation
 * @param slot which of the trial's tensors it touches, in the order in which the operation's row asks for them
 * @param detail which alias, which input, or which axis
 * @param value what is put into an input
 */
record Variation(Kind kind, int slot, int detail, float value) {
    enum Kind {
        NONE,
        /** Tensors start at a multiple of 64 bytes of their storage; otherwise they do not. */
        ALIGNED,
        /** The output is one of the tensors that it may be. */
        IN_PLACE,
        /** The output begins at the last element of the input in slot {@code detail}. */
        OVERLAPPING,
        /** An input holds a NaN or an infinity. */
        NON_FINITE,
        /** One axis is longer by one than it should be. */
        WRONG_SHAPE,
        /** A tensor of another backend. */
        FOREIGN,
        /** A tensor, or something prepared, whose scope is closed. */
        CLOSED
    }

    static final Variation NONE = new Variation(Kind.NONE, -1, 0, 0);
    static final Variation ALIGNED = new Variation(Kind.ALIGNED, -1, 0, 0);

    static Variation of(Kind kind, int slot) {
        return new Variation(kind, slot, 0, 0);
    }

    boolean touches(Kind touched, int index) {
        return kind == touched && slot == index;
    }
}
