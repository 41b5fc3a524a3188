package dev.ideal4j.core.ops;

/**
 * A transformer block in the form that its backend runs fastest, packed once and immutable. It belongs to the scope in
 * which it was packed.
 */
public interface PackedBlock extends AutoCloseable {
    /** Channels of a token. */
    int width();

    /** Attention heads. */
    int heads();

    @Override
    void close();
}
