package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** How a method uses networks: its layers, its input size. {@link Backbones} opens them by name. */
public interface BackboneLoader {
    /**
     * What a user may choose.
     *
     * @param size side in pixels of the square that images are resized to, or 0 for the method's own
     * @param heads attention heads, which weights do not show, or 0 for the usual
     * @param stages names of the stages of a convolutional network that features come from; none for the usual
     */
    record Input(int size, int heads, List<String> stages) {
        /** Nothing chosen. */
        public static final Input USUAL = new Input(0, 0);

        /** The usual stages. */
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

    /** What the method needs of any backbone. */
    default BackboneNeed<?> need() {
        return BackboneNeed.ANY;
    }

    /** The method's own network that needs no file; none for the built-in one. */
    default Optional<FeatureExtractor> own(Input input, Backend backend) {
        return Optional.empty();
    }

    /**
     * A network from a file.
     *
     * @throws dev.ideal4j.core.FileAccessException if it cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is damaged or no file of weights
     * @throws InvalidInputException if it holds no such network, or the input does not fit it
     */
    FeatureExtractor load(Path file, Input input, Backend backend);

    /**
     * A network with made-up weights: no skill, but the cost of the real one.
     *
     * @param name of the architecture
     */
    FeatureExtractor madeUp(String name, Input input, Backend backend);

    /** Brings the weights of a vision transformer to a backend. */
    @FunctionalInterface
    interface Opener {
        /**
         * The network.
         *
         * @param weights not kept
         * @throws InvalidInputException if the input does not fit it
         */
        FeatureExtractor open(VitWeights weights, Input input, Backend backend);
    }

    /** Vision transformers, opened by {@code opener}. */
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

    /** How a method uses a DINOv2 network. */
    @FunctionalInterface
    interface DinoV2Use {
        /**
         * The options for a network.
         *
         * @param size as the user chose it, or 0
         */
        DinoV2.Options options(VitConfig network, int size);
    }

    /** DINOv2 networks, used as {@code use} says. */
    static BackboneLoader dinoV2(BackboneNeed<?> need, DinoV2Use use) {
        return transformers(need, (weights, input, backend) -> {
            DinoV2.Options options = use.options(weights.config(), input.size());
            return new DinoV2(weights, options.withHeads(input.heads()), backend);
        });
    }

    /** DINOv2 networks: the last block's patch tokens after the final LayerNorm, by default at 448×448. */
    static BackboneLoader dinoV2() {
        return dinoV2(
                BackboneNeed.ANY,
                (network, size) -> size == 0 ? DinoV2.Options.DEFAULT : DinoV2.Options.DEFAULT.withInput(size, size));
    }
}
