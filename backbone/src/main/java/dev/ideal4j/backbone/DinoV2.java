package dev.ideal4j.backbone;

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
import java.nio.file.Path;
import java.util.List;

/**
 * DINOv2 as a feature extractor: pictures are resized (antialiased bicubic, aspect not kept), normalised with ImageNet's mean
 * and deviation and run through a {@link VisionTransformer}; the features are the patch tokens after the final LayerNorm.
 */
public final class DinoV2 implements FeatureExtractor {
    /** Pictures that go through the network at once, which bounds the memory. */
    private static final int BATCH = 8;

    private final VisionTransformer network;
    private final Options options;
    private final int layer;
    private final String fingerprint;

    /**
     * What the weights leave open.
     *
     * @param inputHeight height that pictures are resized to, a multiple of the patch size
     * @param inputWidth width that pictures are resized to, a multiple of the patch size
     * @param heads attention heads, or 0 for the width over 64, as in all published models
     * @param layer number of the block, from 0, whose tokens are taken, or −1 for the last
     */
    public record Options(int inputHeight, int inputWidth, int heads, int layer) {
        /** 448×448, the last block: as IDEAL and its rivals use it. */
        public static final Options DEFAULT = new Options(448, 448, 0, -1);

        /** These options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, heads, layer);
        }

        /** These options with another number of heads. */
        public Options withHeads(int number) {
            return new Options(inputHeight, inputWidth, number, layer);
        }

        /** These options with another block. */
        public Options withLayer(int number) {
            return new Options(inputHeight, inputWidth, heads, number);
        }
    }

    /**
     * Brings a network to a backend.
     *
     * @param weights not kept
     * @throws InvalidInputException if the options do not fit the network
     */
    public DinoV2(VitWeights weights, Options options, Backend backend) {
        VitWeights stated =
                options.heads == 0 ? weights : weights.with(weights.config().withHeads(options.heads));
        VitConfig config = stated.config();
        int size = config.patchSize();
        if (!isSide(options.inputHeight, size) || !isSide(options.inputWidth, size)) {
            throw new InvalidInputException(
                    "input size", options.inputHeight + "×" + options.inputWidth, "multiples of " + size);
        }
        if (options.layer < -1 || options.layer >= config.depth()) {
            throw new InvalidInputException("layer", Integer.toString(options.layer), "-1 to " + (config.depth() - 1));
        }
        this.options = options;
        this.layer = options.layer < 0 ? config.depth() - 1 : options.layer;
        this.network = VisionTransformer.load(stated, backend);
        this.fingerprint = Fingerprint.of(String.join(
                "\n",
                Fingerprint.of(stated.tensors()),
                "resize bicubic " + options.inputHeight + "x" + options.inputWidth + ", normalise imagenet",
                config.toString(),
                "layer " + layer));
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
     * @throws InvalidInputException if it has no DINOv2 transformer, naming the tensor at fault, or if the options do not
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

    @Override
    public Backend backend() {
        return network.backend();
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
    public Tensor features(List<RgbImage> images, Scope scope) {
        Tensor features = scope.allocate(images.size(), patches(), width());
        for (int first = 0; first < images.size(); first += BATCH) {
            List<RgbImage> some = images.subList(first, Math.min(images.size(), first + BATCH));
            try (Scope local = backend().scope()) {
                Tensor pixels = local.upload(pixels(some), some.size(), 3, inputHeight(), inputWidth());
                Tensor patches = network.layers(pixels, new int[] {layer}, true, local)
                        .patches()
                        .reshape(some.size(), patches(), width());
                backend().copy(patches, features.slice(first, some.size()));
            }
        }
        return features;
    }

    /** Resized and normalised, {@code (b, 3, height, width)}. */
    private float[] pixels(List<RgbImage> images) {
        return PixelBatch.of(
                images, inputHeight(), inputWidth(), PillowResize.Filter.BICUBIC, ImageNormalization.IMAGENET);
    }

    @Override
    public void close() {
        network.close();
    }
}
