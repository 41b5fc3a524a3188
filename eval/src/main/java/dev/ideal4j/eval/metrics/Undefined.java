package dev.ideal4j.eval.metrics;

/** The reasons why a metric is undefined. */
public enum Undefined {
    /** No image was scored. */
    NO_IMAGE("no image was scored"),
    /** No scored image is defective. */
    NO_DEFECTIVE_IMAGE("no scored image is defective"),
    /** No scored image is good. */
    NO_GOOD_IMAGE("no scored image is good"),
    /** A defective image has no mask, so its defective pixels are unknown. */
    NO_MASK("a defective image has no mask"),
    /** No mask marks a pixel at the size of the anomaly maps. */
    NO_DEFECTIVE_PIXEL("no defective pixel at the size of the anomaly maps"),
    /** The masks mark every pixel. */
    NO_GOOD_PIXEL("the masks mark every pixel"),
    /** AUPIMO: the good images do not have enough pixels of different scores for its false-positive rates. */
    TOO_FEW_GOOD_SCORES("the good images have too few pixels, or too few different scores, for rates of 1e-5 to 1e-4");

    private final String reason;

    Undefined(String reason) {
        this.reason = reason;
    }

    /** The reason as text, such as {@code no scored image is good}. */
    public String reason() {
        return reason;
    }

    /** The reason why detection cannot be measured on ranked images; null if it can. */
    static Undefined ofImages(Ranking images) {
        if (images.positives() + images.negatives() == 0) {
            return NO_IMAGE;
        }
        return images.positives() == 0 ? NO_DEFECTIVE_IMAGE : images.negatives() == 0 ? NO_GOOD_IMAGE : null;
    }

    /** The reason why localisation cannot be measured on ranked pixels; null if it can. */
    static Undefined ofPixels(Ranking pixels) {
        if (pixels.positives() + pixels.negatives() == 0) {
            return NO_IMAGE;
        }
        return pixels.positives() == 0 ? NO_DEFECTIVE_PIXEL : pixels.negatives() == 0 ? NO_GOOD_PIXEL : null;
    }
}
