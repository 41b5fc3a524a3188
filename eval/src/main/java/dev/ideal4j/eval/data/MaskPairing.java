package dev.ideal4j.eval.data;

/** How a defective image is paired with its mask. */
public enum MaskPairing {
    /** By name: {@code 003.png} with {@code 003.png} or {@code 003_mask.png}. */
    NAME,

    /**
     * By position among the sorted names, as in the published indexing scripts. If one name is the beginning of another, an
     * image gets the mask of another image, because {@code x_1.png} sorts before {@code x_10.png}, but
     * {@code x_1_mask.png} after {@code x_10_mask.png}. This happens in AITEX.
     */
    ORDER
}
