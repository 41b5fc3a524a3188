package dev.ideal4j.core.ops;

/**
 * The weight and bias of a linear layer in the form that its backend multiplies fastest, packed once and immutable. It
 * belongs to the scope in which it was packed.
 */
public interface PackedWeight extends AutoCloseable {
    /** Width of the input rows. */
    int in();

    /** Width of the output rows. */
    int out();

    @Override
    void close();
}
