package dev.ideal4j.eval.data;

/** How a defective picture finds its mask. */
public enum MaskPairing {
    /** By its name: {@code 003.png} and {@code 003.png} or {@code 003_mask.png}. */
    NAME,

    /**
     * By its place among the sorted names, as in the published indexing scripts. This gives a picture another's mask where
     * one name begins another ({@code x_1.png} sorts before {@code x_10.png}, {@code x_1_mask.png} after
     * {@code x_10_mask.png}): it happens in AITEX.
     */
    ORDER
}
