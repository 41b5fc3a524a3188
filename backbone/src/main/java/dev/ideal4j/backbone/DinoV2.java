package dev.ideal4j.backbone;

import dev.ideal4j.backbone.VitConfig.Position;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.support.Chunks;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * DINOv2 or DINOv3 as a feature extractor. By default, images are resized (antialiased bicubic, without preserving the
 * aspect ratio) and run through a {@link VisionTransformer}, and the features are the patch tokens of the last block
 * after the final LayerNorm; {@link Options} can change this. Images are normalised with the mean and standard
 * deviation of ImageNet, or of the satellite images for the DINOv3 models that were trained on them.
 */
public final class DinoV2 extends Backbone implements PixelExtractor {
    /** The name of the licence of DINOv3's weights. */
    public static final String DINOV3_LICENCE = "DINOv3 License";

    private final VisionTransformer network;
    private final Options options;
    private final int[] layers;
    private final boolean finalNorm;
    private final String fingerprint;
    private final ImageNormalization normalization;

    /**
     * The settings that the weights do not determine.
     *
     * @param inputHeight height of the network's input, a multiple of the patch size
     * @param inputWidth width of the network's input, a multiple of the patch size
     * @param margin pixels on each side by which images are resized larger than the input and which are then cut off
     * @param filter filter of the antialiased resize
     * @param heads attention heads, or 0 for the number of the published models, see {@link VitConfig}
     * @param layers ascending numbers, from 0, of the blocks whose tokens are averaged; empty for the last block
     * @param finalNorm whether the final LayerNorm is applied to the tokens of each block
     * @param position how the position embedding is resized, or null for the method of the published model
     */
    public record Options(
            int inputHeight,
            int inputWidth,
            int margin,
            PillowResize.Filter filter,
            int heads,
            List<Integer> layers,
            boolean finalNorm,
            @Nullable Position position) {
        /** 448×448 pixels and the last block after the final LayerNorm, like in IDEAL and NAGL. */
        public static final Options DEFAULT =
                new Options(448, 448, 0, PillowResize.Filter.BICUBIC, 0, List.of(), true, null);

        /** Checks the margin and copies the list. */
        public Options {
            if (margin < 0) {
                throw new InvalidInputException("margin", Integer.toString(margin), "0 or more");
            }
            layers = List.copyOf(layers);
        }

        /** Describes the preprocessing for the fingerprint. */
        private String recipe() {
            String kernel = filter.name().toLowerCase(Locale.ROOT);
            return "resize " + kernel + " " + inputHeight + "x" + inputWidth + ", normalise imagenet"
                    + (margin == 0 ? "" : ", margin " + margin);
        }

        /** Returns a copy of these options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, margin, filter, heads, layers, finalNorm, position);
        }

        /** Returns a copy of these options with another number of heads. */
        public Options withHeads(int number) {
            return new Options(inputHeight, inputWidth, margin, filter, number, layers, finalNorm, position);
        }

        /** Returns a copy of these options with other blocks, with or without the final LayerNorm. */
        public Options withLayers(List<Integer> numbers, boolean norm) {
            return new Options(inputHeight, inputWidth, margin, filter, heads, numbers, norm, position);
        }

        /** Returns a copy of these options with another resize filter and another margin. */
        public Options withResize(PillowResize.Filter kernel, int cut) {
            return new Options(inputHeight, inputWidth, cut, kernel, heads, layers, finalNorm, position);
        }

        /** Returns a copy of these options with another method of resizing the position embedding. */
        public Options withPosition(@Nullable Position other) {
            return new Options(inputHeight, inputWidth, margin, filter, heads, layers, finalNorm, other);
        }
    }

    /**
     * Uploads a network to a backend.
     *
     * @param weights the weights; not needed after this call
     * @throws InvalidInputException if the options do not fit the network
     */
    public DinoV2(VitWeights weights, Options options, Backend backend) {
        super(weights.config().name(), backend, options.inputHeight, options.inputWidth);
        VitConfig published = weights.config();
        VitConfig config = options.heads == 0 ? published : published.withHeads(options.heads);
        config = options.position == null ? config : config.with(options.position);
        int size = config.patchSize();
        if (!isSide(options.inputHeight, size) || !isSide(options.inputWidth, size)) {
            throw new InvalidInputException(
                    "input size", options.inputHeight + "×" + options.inputWidth, "multiples of " + size);
        }
        VitWeights stated = weights.with(config);
        this.options = options;
        this.layers = options.layers.isEmpty()
                ? new int[] {config.depth() - 1}
                : options.layers.stream().mapToInt(Integer::intValue).toArray();
        this.finalNorm = options.finalNorm;
        this.normalization = stated.satellite() ? ImageNormalization.SATELLITE : ImageNormalization.IMAGENET;
        config.requireLayers(layers);
        this.network = VisionTransformer.load(stated, backend);
        this.fingerprint = Fingerprint.of(String.join(
                "\n",
                Fingerprint.of(stated.tensors()),
                options.recipe() + (stated.satellite() ? ", satellite" : ""),
                config.toString(),
                layers.length == 1 && finalNorm
                        ? "layer " + layers[0]
                        : "mean of layers " + Arrays.toString(layers) + (finalNorm ? ", normalised" : "")));
    }

    private static boolean isSide(int pixels, int patchSize) {
        return pixels > 0 && pixels % patchSize == 0;
    }

    /** Loads a model with {@link Options#DEFAULT}; see {@link #load(Path, Options, Backend)}. */
    public static DinoV2 load(Path file, Backend backend) {
        return load(file, Options.DEFAULT, backend);
    }

    /**
     * Loads a model. Its size, its registers and the type of its feed-forward layers are determined from the weights.
     *
     * @param file a PyTorch checkpoint, a safetensors file with the official names or those of the model hub, or a
     *     traced model
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
     * @throws InvalidInputException if the file has no transformer of DINOv2 or DINOv3 (the message names the invalid
     *     tensor), or if the options do not fit the model
     */
    public static DinoV2 load(Path file, Options options, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new DinoV2(VitWeights.of(weights), options, backend);
        }
    }

    /**
     * Creates a model with random weights for benchmarks and tests. It computes as much as the real model, but its
     * features are not meaningful.
     *
     * @param name see {@link VitConfig#named}
     * @param prefix seed of the weights
     */
    public static DinoV2 seeded(String name, String prefix, Backend backend) {
        return new DinoV2(VitWeights.seeded(VitConfig.named(name), prefix), Options.DEFAULT, backend);
    }

    /** The network, for features of other blocks. */
    public VisionTransformer network() {
        return network;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /** Includes the licence if it also applies to works derived from the weights, such as a fitted detector. */
    @Override
    public Map<String, String> identity() {
        Map<String, String> identity = PixelExtractor.super.identity();
        if (network.config().style().rotary()) {
            identity.put("licence", DINOV3_LICENCE);
        }
        return identity;
    }

    @Override
    public int width() {
        return network.config().width();
    }

    @Override
    public int patchSize() {
        return network.config().patchSize();
    }

    @Override
    public int margin() {
        return options.margin;
    }

    @Override
    public PillowResize.Filter filter() {
        return options.filter;
    }

    @Override
    public ImageNormalization normalization() {
        return normalization;
    }

    @Override
    public Consumer<Tensor> preparation(List<RgbImage> images) {
        return backend().hasOwnMemory()
                ? PixelBatch.normalizedByBackend(this, images)
                : PixelExtractor.super.preparation(images);
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        inBatches(prepared, features, (some, found) -> {
            Tensor images = some.reshape(some.shape().axis(0), 3, inputHeight(), inputWidth());
            network.meanPatches(images, layers, finalNorm, found);
        });
    }

    /** Returns the class tokens of the last block after the final LayerNorm. */
    @Override
    public Tensor imageEmbeddings(float[] pixels, int count, Scope scope) {
        return use().compute(() -> {
            Tensor tokens = scope.allocate(count, width());
            int[] last = {network.config().depth() - 1};
            Chunks.run(batch(), count, (first, some) -> {
                try (Scope local = backend().scope()) {
                    int size = preparedSize();
                    float[] part = Arrays.copyOfRange(pixels, first * size, (first + some) * size);
                    Tensor images = local.upload(part, some, 3, inputHeight(), inputWidth());
                    Tensor found = network.layers(images, last, true, local).classTokens();
                    backend().copy(found, tokens.slice(first, some));
                }
            });
            return tokens;
        });
    }

    @Override
    protected void free() {
        network.close();
    }
}
