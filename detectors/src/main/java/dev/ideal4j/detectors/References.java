package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.List;

/** The few known images of a product: normal ones, and abnormal ones with their masks. Immutable. */
public final class References {
    private final List<RgbImage> normal;
    private final List<Abnormal> abnormal;

    /**
     * An image with a defect.
     *
     * @param image the image
     * @param mask where the defect is, of the image's size
     */
    public record Abnormal(RgbImage image, Mask mask) {}

    private References(Builder builder) {
        this.normal = List.copyOf(builder.normal);
        this.abnormal = List.copyOf(builder.abnormal);
    }

    /** Normal references, in the order given. */
    public List<RgbImage> normal() {
        return normal;
    }

    /** Abnormal references, in the order given. */
    public List<Abnormal> abnormal() {
        return abnormal;
    }

    /** Starts an empty set. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects references. */
    public static final class Builder {
        private final List<RgbImage> normal = new ArrayList<>();
        private final List<Abnormal> abnormal = new ArrayList<>();

        private Builder() {}

        /** Adds normal images. */
        public Builder normal(RgbImage... images) {
            normal.addAll(List.of(images));
            return this;
        }

        /** Adds normal images. */
        public Builder normal(List<RgbImage> images) {
            normal.addAll(images);
            return this;
        }

        /**
         * Adds an image with a marked defect.
         *
         * @throws InvalidInputException if the mask has another size than the image
         */
        public Builder abnormal(RgbImage image, Mask mask) {
            if (image.width() != mask.width() || image.height() != mask.height()) {
                throw new InvalidInputException(
                        "mask",
                        mask.width() + "×" + mask.height(),
                        "the image's size, " + image.width() + "×" + image.height());
            }
            abnormal.add(new Abnormal(image, mask));
            return this;
        }

        /**
         * The set.
         *
         * @throws InvalidInputException if it is empty
         */
        public References build() {
            if (normal.isEmpty() && abnormal.isEmpty()) {
                throw new InvalidInputException("references", "none", "at least one normal or abnormal image");
            }
            return new References(this);
        }
    }
}
