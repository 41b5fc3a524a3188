package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A kind of backbones that can be opened by name. {@link java.util.ServiceLoader} finds the kinds: the class needs a
 * public constructor without parameters, and its name must be in a file {@code
 * META-INF/services/dev.ideal4j.backbone.BackboneKind} on the class path. {@link Backbones} and the command line then
 * open its backbones.
 */
public interface BackboneKind {
    /** The names that this kind accepts, for help texts: {@code random:NAME}. */
    List<String> labels();

    /** Whether a name belongs to this kind. */
    boolean matches(String name);

    /**
     * Opens a backbone.
     *
     * @param name a name for which {@link #matches} is true
     * @param use how the method uses the networks that this library supports
     * @param input the choices of the user
     * @throws InvalidInputException if the input does not fit the backbone, or there is no such backbone
     */
    FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend);

    /**
     * Writes a network as ONNX. The default throws.
     *
     * @param side side of the square input in pixels, or 0 for the default
     * @throws InvalidInputException if this kind does not support the export
     */
    default void export(String name, int side, Path to) {
        throw new InvalidInputException("backbone", name, "a DINOv2 network: only these export");
    }

    /** The files from which a backbone is loaded. */
    default List<Path> files(String name) {
        return List.of();
    }

    /** Whether a user may choose the number of attention heads. */
    default boolean hasHeads() {
        return false;
    }

    /** Whether a user may choose the stages of the network whose features are used. */
    default boolean hasStages() {
        return false;
    }

    /** A warning in one sentence for users of a backbone, if there is one. */
    default Optional<String> warning(String name) {
        return Optional.empty();
    }
}
