package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The few known images of a product. A method learns from the normal images, and from the abnormal images with their masks.
 * Further images only calibrate the scores. Each image has a unique name. Immutable.
 */
public final class References {
    /** The purpose of a known image. */
    public enum Role {
        /** A good image, to learn from. */
        NORMAL("normal"),
        /** An image with a marked defect, to learn from. */
        ABNORMAL("abnormal"),
        /** A good image from whose score the threshold is computed. The method does not learn from it. */
        CALIBRATION("calibration"),
        /** An image with a defect that only serves to measure the detection rate. */
        CALIBRATION_DEFECT("calibration defect");

        private final String label;

        Role(String label) {
            this.label = label;
        }

        /** The role in words. Images without a name are named after it, for example {@code normal 1}. */
        public String label() {
            return label;
        }
    }

    /**
     * A known image.
     *
     * @param name a unique name
     * @param role the purpose of the image
     * @param image the image
     * @param mask marks the defect, of the image's size; null except for abnormal references
     * @param ignored pixels that do not count, of the image's size, or null
     */
    public record Reference(
            String name,
            Role role,
            RgbImage image,
            @Nullable Mask mask,
            @Nullable Mask ignored) {
        /** Checks the masks' sizes. */
        public Reference {
            requireSize("mask of " + name, mask, image);
            requireSize("pixels of " + name + " that do not count", ignored, image);
            if (ignored != null && ignored.share() == 1) {
                throw new InvalidInputException(
                        "pixels of " + name + " that do not count", "all pixels", "one or more that count");
            }
        }
    }

    /**
     * An image with a defect.
     *
     * @param image the image
     * @param mask marks the defect, of the image's size
     */
    public record Abnormal(RgbImage image, Mask mask) {}

    private final List<Reference> all;

    private References(List<Reference> all) {
        this.all = List.copyOf(all);
    }

    /** Refuses a mask of another size than its image; null is allowed. */
    static void requireSize(String what, @Nullable Mask mask, RgbImage image) {
        if (mask != null && (image.width() != mask.width() || image.height() != mask.height())) {
            throw new InvalidInputException(
                    what,
                    mask.width() + "×" + mask.height(),
                    "the image's size, " + image.width() + "×" + image.height());
        }
    }

    /** All images, in the order given. */
    public List<Reference> all() {
        return all;
    }

    /** The images of a role, in the order given. */
    public List<Reference> of(Role role) {
        return all.stream().filter(reference -> reference.role() == role).toList();
    }

    /** Normal references, in the order given. */
    public List<RgbImage> normal() {
        return of(Role.NORMAL).stream().map(Reference::image).toList();
    }

    /** Abnormal references, in the order given. */
    public List<Abnormal> abnormal() {
        return of(Role.ABNORMAL).stream()
                .map(reference -> new Abnormal(reference.image(), Objects.requireNonNull(reference.mask())))
                .toList();
    }

    /**
     * Returns these references and others, the others last.
     *
     * @throws InvalidInputException if an explicitly given name is already taken
     */
    public References with(References more) {
        Builder builder = builder();
        builder.entries.addAll(all);
        all.forEach(reference -> builder.names.add(reference.name()));
        for (Reference reference : more.all) {
            String name = reference.name().matches(reference.role().label() + " \\d+") ? null : reference.name();
            builder.add(name, reference.role(), reference.image(), reference.mask(), reference.ignored());
        }
        return builder.build();
    }

    /**
     * Returns these references without some.
     *
     * @param names names of the references to leave out
     * @throws InvalidInputException if a name is unknown, or no normal or abnormal image would be left
     */
    public References without(Collection<String> names) {
        Set<String> unknown = new LinkedHashSet<>(names);
        all.forEach(reference -> unknown.remove(reference.name()));
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    "references",
                    "none named " + String.join(", ", unknown),
                    String.join(", ", all.stream().map(Reference::name).toList()));
        }
        Set<String> removed = new HashSet<>(names);
        return only(reference -> !removed.contains(reference.name()));
    }

    /** Returns new references in which each image is replaced by the result of a function. */
    public References map(UnaryOperator<Reference> change) {
        return new References(all.stream().map(change).toList());
    }

    /** The references that satisfy a condition. */
    References only(Predicate<Reference> wanted) {
        return requireAny(all.stream().filter(wanted).toList());
    }

    private static References requireAny(List<Reference> all) {
        if (all.stream().noneMatch(known -> known.role() == Role.NORMAL || known.role() == Role.ABNORMAL)) {
            throw new InvalidInputException("references", "none", "at least one normal or abnormal image");
        }
        return new References(all);
    }

    /** Creates an empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects references. Images without a name are numbered by their role: {@code normal 1}, {@code normal 2}, …. */
    public static final class Builder {
        private final List<Reference> entries = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        private Builder() {}

        /** Adds normal images. */
        public Builder normal(RgbImage... images) {
            return normal(List.of(images));
        }

        /** Adds normal images. */
        public Builder normal(List<RgbImage> images) {
            images.forEach(image -> add(null, Role.NORMAL, image, null, null));
            return this;
        }

        /**
         * Adds an image with a marked defect.
         *
         * @throws InvalidInputException if the mask has another size than the image
         */
        public Builder abnormal(RgbImage image, Mask mask) {
            return add(null, Role.ABNORMAL, image, mask, null);
        }

        /** Adds good images from whose scores the threshold is computed. The method does not learn from them. */
        public Builder calibration(List<RgbImage> images) {
            images.forEach(image -> add(null, Role.CALIBRATION, image, null, null));
            return this;
        }

        /** Adds images with defects that only serve to measure the detection rate. */
        public Builder calibrationDefects(List<RgbImage> images) {
            images.forEach(image -> add(null, Role.CALIBRATION_DEFECT, image, null, null));
            return this;
        }

        /**
         * Adds an image.
         *
         * @param name a unique name, or null to number the image by its role
         * @param mask marks the defect, of the image's size; required for abnormal references, null for all others
         * @param ignored pixels that do not count, of the image's size, or null
         * @throws InvalidInputException if the name is taken, a mask is missing or has another size, or no pixel counts
         */
        public Builder add(
                @Nullable String name, Role role, RgbImage image, @Nullable Mask mask, @Nullable Mask ignored) {
            if ((mask != null) != (role == Role.ABNORMAL)) {
                throw new InvalidInputException(
                        "reference " + (name == null ? role.label() : name),
                        (mask == null ? "no mask" : "a mask") + " of a " + role.label() + " image",
                        "a mask for an abnormal image, and for no other");
            }
            String own = name == null ? numbered(role) : name;
            if (!names.add(own)) {
                throw new InvalidInputException("references", "two images named " + own, "a name for each");
            }
            entries.add(new Reference(own, role, image, mask, ignored));
            return this;
        }

        private String numbered(Role role) {
            int number = 1;
            while (names.contains(role.label() + " " + number)) {
                number++;
            }
            return role.label() + " " + number;
        }

        /**
         * Builds the references.
         *
         * @throws InvalidInputException if there is no image to learn from
         */
        public References build() {
            return requireAny(entries);
        }
    }
}
