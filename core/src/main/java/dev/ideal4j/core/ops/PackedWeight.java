package dev.ideal4j.core.ops;

/**
 * A linear layer's weight and bias in the form its backend multiplies fastest, packed once and immutable. Belongs to the
 * scope it was packed in.
 */
public interface PackedWeight extends AutoCloseable {
    /** Width of the input rows. */
    int in();

    /** Width of the output rows. */
    int out();

    @Override
    void close();
}
