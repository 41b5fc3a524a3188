package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Backbones by name. A class with a public constructor without parameters whose name stands in a file
 * {@code META-INF/services/dev.ideal4j.backbone.BackboneKind} on the class path is a kind like those of this library:
 * {@link Backbones} and the command line open its backbones.
 */
public interface BackboneKind {
    /** The names that it takes, for help: {@code random:NAME}. */
    List<String> labels();

    /** Whether a name is one of this kind. */
    boolean matches(String name);

    /**
     * Opens a backbone.
     *
     * @param name one that {@link #matches}
     * @param use how the method uses networks that this library knows
     * @param input what a user chose
     * @throws InvalidInputException if the input does not fit, or there is no such backbone
     */
    FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend);

    /**
     * Writes a network as ONNX.
     *
     * @param side of the square input in pixels, or 0 for the usual
     * @throws InvalidInputException if that cannot be done with this kind
     */
    default void export(String name, int side, Path to) {
        throw new InvalidInputException("backbone", name, "a DINOv2 network: only these export");
    }

    /** The files that a backbone is made from. */
    default List<Path> files(String name) {
        return List.of();
    }

    /** Whether a user may choose the number of attention heads. */
    default boolean hasHeads() {
        return false;
    }

    /** Whether a user may choose the stages of the network that features come from. */
    default boolean hasStages() {
        return false;
    }

    /** What a user of a backbone should know, in a sentence. */
    default Optional<String> warning(String name) {
        return Optional.empty();
    }
}
