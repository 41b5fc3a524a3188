package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * DINOv2 or DINOv3 as a feature extractor: images are resized (antialiased bicubic, aspect not kept), normalised with ImageNet's mean
 * and deviation (DINOv3 for satellite images: with theirs) and run through a {@link VisionTransformer}; the features are the patch tokens of the last block after the
 * final LayerNorm, unless {@link Options} say otherwise.
 */
public final class DinoV2 implements PixelExtractor {
    /** Name of the licence of DINOv3's weights. */
    public static final String DINOV3_LICENCE = "DINOv3 License";

    private final Lifetime lifetime;
    private final VisionTransformer network;
    private final Options options;
    private final int[] layers;
    private final boolean finalNorm;
    private final String fingerprint;
    private final ImageNormalization normalization;

    /**
     * What the weights leave open.
     *
     * @param inputHeight height of the network's input, a multiple of the patch size
     * @param inputWidth width of the network's input, a multiple of the patch size
     * @param margin pixels on each side that images are resized to beyond the input, and that are then cut off
     * @param filter of the resize, antialiased
     * @param heads attention heads, or 0 for the width over 64, as in all published models
     * @param layers numbers of the blocks, from 0, ascending, the mean of whose tokens is taken; none for the last
     * @param finalNorm whether the final LayerNorm is applied to each block's tokens
     * @param position how the position embedding is resized, or null for as published
     */
    public record Options(
            int inputHeight,
            int inputWidth,
            int margin,
            PillowResize.Filter filter,
            int heads,
            List<Integer> layers,
            boolean finalNorm,
            VitConfig.Position position) {
        /** 448×448, the last block after the final LayerNorm: as IDEAL and NAGL use it. */
        public static final Options DEFAULT =
                new Options(448, 448, 0, PillowResize.Filter.BICUBIC, 0, List.of(), true, null);

        /** Checks the margin and copies the list. */
        public Options {
            if (margin < 0) {
                throw new InvalidInputException("margin", Integer.toString(margin), "0 or more");
            }
            layers = List.copyOf(layers);
        }

        /** How images are prepared, for fingerprints. */
        private String recipe() {
            String kernel = filter.name().toLowerCase(Locale.ROOT);
            return "resize " + kernel + " " + inputHeight + "x" + inputWidth + ", normalise imagenet"
                    + (margin == 0 ? "" : ", margin " + margin);
        }

        /** These options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, margin, filter, heads, layers, finalNorm, position);
        }

        /** These options with another number of heads. */
        public Options withHeads(int number) {
            return new Options(inputHeight, inputWidth, margin, filter, number, layers, finalNorm, position);
        }

        /** These options with other blocks, with or without the final LayerNorm. */
        public Options withLayers(List<Integer> numbers, boolean norm) {
            return new Options(inputHeight, inputWidth, margin, filter, heads, numbers, norm, position);
        }

        /** These options with images cut after another resize. */
        public Options withResize(PillowResize.Filter kernel, int cut) {
            return new Options(inputHeight, inputWidth, cut, kernel, heads, layers, finalNorm, position);
        }

        /** These options with another resizing of the position embedding. */
        public Options withPosition(VitConfig.Position other) {
            return new Options(inputHeight, inputWidth, margin, filter, heads, layers, finalNorm, other);
        }
    }

    /**
     * Brings a network to a backend.
     *
     * @param weights not kept
     * @throws InvalidInputException if the options do not fit the network
     */
    public DinoV2(VitWeights weights, Options options, Backend backend) {
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
        this.lifetime = new Lifetime("the backbone " + config.name());
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
     * Loads a model; its size, registers and kind of feed-forward layer are read off the weights.
     *
     * @param file a PyTorch checkpoint, safetensors under the official or the model hub's names, or a traced model
     * @throws dev.ideal4j.core.FileAccessException if it cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is damaged or no file of weights
     * @throws InvalidInputException if it has no transformer of DINOv2 or DINOv3, naming the tensor at fault, or if the options do not
     *     fit it
     */
    public static DinoV2 load(Path file, Options options, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new DinoV2(VitWeights.of(weights), options, backend);
        }
    }

    /**
     * A model with made-up weights: no skill, but the cost of the real one, for benchmarks and tests.
     *
     * @param name see {@link VitConfig#named}
     * @param prefix seeds the weights
     */
    public static DinoV2 seeded(String name, String prefix, Backend backend) {
        return new DinoV2(VitWeights.seeded(VitConfig.named(name), prefix), Options.DEFAULT, backend);
    }

    /** The network, for features of other blocks. */
    public VisionTransformer network() {
        return network;
    }

    @Override
    public String name() {
        return network.config().name();
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    /** With the licence if it is one that also holds for what is derived from the weights, as a fitted detector is. */
    @Override
    public Map<String, String> identity() {
        Map<String, String> identity = PixelExtractor.super.identity();
        if (network.config().style().rotary()) {
            identity.put("licence", DINOV3_LICENCE);
        }
        return identity;
    }

    @Override
    public Backend backend() {
        return network.backend();
    }

    @Override
    public Lifetime.Call use() {
        return lifetime.call(backend()::use);
    }

    @Override
    public int width() {
        return network.config().width();
    }

    @Override
    public int inputHeight() {
        return options.inputHeight;
    }

    @Override
    public int inputWidth() {
        return options.inputWidth;
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
    public RgbImage resized(RgbImage image) {
        return PillowResize.resize(
                image,
                options.inputWidth + 2 * options.margin,
                options.inputHeight + 2 * options.margin,
                options.filter);
    }

    @Override
    public float[] pixels(List<RgbImage> images) {
        return PixelBatch.of(
                images, options.inputHeight, options.inputWidth, options.margin, options.filter, normalization);
    }

    @Override
    public void features(Tensor prepared, Tensor features) {
        Lifetime.Call call = use();
        try {
            int count = prepared.shape().axis(0);
            for (int first = 0; first < count; first += batch()) {
                int some = Math.min(batch(), count - first);
                Tensor images = prepared.slice(first, some).reshape(some, 3, inputHeight(), inputWidth());
                network.meanPatches(images, layers, finalNorm, features.slice(first, some));
            }
        } finally {
            call.close();
        }
    }

    /** Class tokens of the last block after the final LayerNorm. */
    @Override
    public Tensor imageEmbeddings(float[] pixels, int count, Scope scope) {
        Lifetime.Call call = use();
        try {
            Tensor tokens = scope.allocate(count, width());
            int[] last = {network.config().depth() - 1};
            for (int first = 0; first < count; first += batch()) {
                int some = Math.min(batch(), count - first);
                try (Scope local = backend().scope()) {
                    int size = preparedSize();
                    float[] part = Arrays.copyOfRange(pixels, first * size, (first + some) * size);
                    Tensor images = local.upload(part, some, 3, inputHeight(), inputWidth());
                    Tensor found = network.layers(images, last, true, local).classTokens();
                    backend().copy(found, tokens.slice(first, some));
                }
            }
            return tokens;
        } finally {
            call.close();
        }
    }

    @Override
    public void close() {
        lifetime.close(network::close);
    }
}
