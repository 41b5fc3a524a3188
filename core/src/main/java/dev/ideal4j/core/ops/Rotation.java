package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/**
 * Rotary position embedding (Su et al., arXiv 2104.09864): the angles by which queries and keys of d channels are
 * rotated according to the position of their token. Channels i and i + d/2 are a pair, for i below d/2. The pair (a, b)
 * becomes (a cos − b sin, b cos + a sin).
 *
 * @param cosines {@code (n, d/2)}, a row for each token
 * @param sines {@code (n, d/2)}
 */
public record Rotation(Tensor cosines, Tensor sines) {
    /** Checks the shapes for tokens and the width of a head. */
    void check(int tokens, int headWidth) {
        Checks.range("channels of a head", headWidth % 2, 0, 0);
        Checks.shape("cosines", cosines.shape(), tokens, headWidth / 2);
        Checks.shape("sines", sines.shape(), tokens, headWidth / 2);
    }
}
