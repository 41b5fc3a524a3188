package dev.ideal4j.core.ops;

/**
 * A transformer block in the form its backend runs fastest, packed once and immutable. Belongs to the scope it was packed
 * in.
 */
public interface PackedBlock extends AutoCloseable {
    /** Channels of a token. */
    int width();

    /** Attention heads. */
    int heads();

    @Override
    void close();
}
