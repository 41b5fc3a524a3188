package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Opens networks in the way that a method uses them, for instance with its layers and its input size. {@link
 * Backbones} opens backbones by name.
 */
public interface BackboneLoader {
    /**
     * The choices of a user.
     *
     * @param size side in pixels of the square that images are resized to, or 0 for the default of the method
     * @param heads number of attention heads, which the weights do not contain, or 0 for the default
     * @param stages names of the stages of a convolutional network whose features are used; empty for the default
     */
    record Input(int size, int heads, List<String> stages) {
        /** Only defaults. */
        public static final Input USUAL = new Input(0, 0);

        /** Creates an input with the default stages. */
        public Input(int size, int heads) {
            this(size, heads, List.of());
        }

        /** Checks the ranges and copies the list. */
        public Input {
            stages = List.copyOf(stages);
            if (size < 0 || heads < 0) {
                throw new InvalidInputException("size and heads", size + " and " + heads, "0 or more of each");
            }
        }
    }

    /** The requirement of the method on a backbone. */
    default BackboneNeed<?> need() {
        return BackboneNeed.ANY;
    }

    /** Returns the method's own network that needs no file; empty for the built-in backbone. */
    default Optional<FeatureExtractor> own(Input input, Backend backend) {
        return Optional.empty();
    }

    /**
     * Loads a network from a file.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
     * @throws InvalidInputException if the file contains no such network, or the input does not fit the network
     */
    FeatureExtractor load(Path file, Input input, Backend backend);

    /**
     * Creates a network with random weights. It computes as much as the real network, but its features are not
     * meaningful.
     *
     * @param name name of the architecture
     */
    FeatureExtractor madeUp(String name, Input input, Backend backend);

    /** Creates a feature extractor from the weights of a vision transformer. */
    @FunctionalInterface
    interface Opener {
        /**
         * Opens the network.
         *
         * @param weights the weights; not needed after this call
         * @throws InvalidInputException if the input does not fit the network
         */
        FeatureExtractor open(VitWeights weights, Input input, Backend backend);
    }

    /** Returns a loader of vision transformers that are opened by {@code opener}. */
    static BackboneLoader transformers(BackboneNeed<?> need, Opener opener) {
        return new BackboneLoader() {
            @Override
            public BackboneNeed<?> need() {
                return need;
            }

            @Override
            public FeatureExtractor load(Path file, Input input, Backend backend) {
                try (WeightFile weights = Checkpoints.open(file)) {
                    return opener.open(VitWeights.of(weights), input, backend);
                }
            }

            @Override
            public FeatureExtractor madeUp(String name, Input input, Backend backend) {
                return opener.open(VitWeights.seeded(VitConfig.named(name), name + "/"), input, backend);
            }
        };
    }

    /** Chooses the options with which a method uses a DINOv2 network. */
    @FunctionalInterface
    interface DinoV2Use {
        /**
         * Returns the options for a network.
         *
         * @param size input size that the user chose in pixels, or 0
         */
        DinoV2.Options options(VitConfig network, int size);
    }

    /** Returns a loader of DINOv2 networks with the options from {@code use}. */
    static BackboneLoader dinoV2(BackboneNeed<?> need, DinoV2Use use) {
        return transformers(need, (weights, input, backend) -> {
            DinoV2.Options options = use.options(weights.config(), input.size());
            return new DinoV2(weights, options.withHeads(input.heads()), backend);
        });
    }

    /**
     * Returns a loader of DINOv2 networks. The features are the patch tokens of the last block after the final
     * LayerNorm, by default at 448×448 pixels.
     */
    static BackboneLoader dinoV2() {
        return dinoV2(
                BackboneNeed.ANY,
                (network, size) -> size == 0 ? DinoV2.Options.DEFAULT : DinoV2.Options.DEFAULT.withInput(size, size));
    }
}
