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
import dev.ideal4j.core.ops.Activation;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * CLIP's image tower (Radford et al., arXiv 2103.00020) as a feature extractor, like in FDSL. Images are resized
 * (antialiased bicubic, without preserving the aspect ratio) and normalised with CLIP's mean and standard deviation.
 * The features are the raw patch tokens of several blocks, without the final LayerNorm.
 */
public final class Clip extends Backbone implements PixelExtractor {
    private final VisionTransformer network;
    private final Options options;
    private final int[] blocks;
    private final int embeddingWidth;
    private final String fingerprint;

    /**
     * The settings that the weights do not determine.
     *
     * @param inputHeight height that images are resized to, a multiple of the patch size
     * @param inputWidth width that images are resized to, a multiple of the patch size
     * @param heads attention heads, or 0 for width / 64, like in all published models
     * @param blocks ascending numbers, from 1, of the blocks whose tokens are used; empty for the last block of each
     *     quarter of the network
     * @param activation {@link Activation#GELU}, with which the published FDSL runs the network, or {@link
     *     Activation#QUICK_GELU}, with which it was trained
     */
    public record Options(int inputHeight, int inputWidth, int heads, List<Integer> blocks, Activation activation) {
        /** The options of FDSL: 518×518 pixels, blocks 6, 12, 18, 24 of ViT-L, the exact GELU. */
        public static final Options FDSL = new Options(518, 518, 0, List.of(), Activation.GELU);

        /** Copies the list. */
        public Options {
            blocks = List.copyOf(blocks);
        }

        /** Returns a copy of these options with another input size. */
        public Options withInput(int height, int width) {
            return new Options(height, width, heads, blocks, activation);
        }

        /** Returns a copy of these options with another number of heads. */
        public Options withHeads(int number) {
            return new Options(inputHeight, inputWidth, number, blocks, activation);
        }

        /** Returns a copy of these options with other blocks. */
        Options withBlocks(List<Integer> numbers) {
            return new Options(inputHeight, inputWidth, heads, numbers, activation);
        }

        /** Returns a copy of these options with another activation. */
        public Options withActivation(Activation other) {
            return new Options(inputHeight, inputWidth, heads, blocks, other);
        }
    }

    /**
     * Uploads a network to a backend.
     *
     * @param weights the weights; not needed after this call
     * @throws InvalidInputException if the weights are not those of CLIP, or the options do not fit the weights
     */
    public Clip(VitWeights weights, Options options, Backend backend) {
        super(weights.config().name(), backend, options.inputHeight, options.inputWidth);
        VitConfig config = weights.config().with(options.activation);
        config = options.heads == 0 ? config : config.withHeads(options.heads);
        if (!config.style().embeddingNorm()) {
            throw new InvalidInputException(weights.tensors().origin(), config.name(), "the image tower of CLIP");
        }
        int size = config.patchSize();
        if (!isSide(options.inputHeight, size) || !isSide(options.inputWidth, size)) {
            throw new InvalidInputException(
                    "input size", options.inputHeight + "×" + options.inputWidth, "multiples of " + size);
        }
        this.options = options;
        this.blocks = blocks(options.blocks, config.depth());
        this.embeddingWidth = config.style().projection();
        VitWeights stated = weights.with(config);
        this.network = VisionTransformer.load(stated, backend);
        this.fingerprint = Fingerprint.of(String.join(
                "\n",
                Fingerprint.of(stated.tensors()),
                "resize bicubic " + options.inputHeight + "x" + options.inputWidth + ", normalise clip",
                config.toString(),
                "blocks " + Arrays.toString(blocks)));
    }

    private static boolean isSide(int pixels, int patchSize) {
        return pixels > 0 && pixels % patchSize == 0;
    }

    /** Returns the numbers of the blocks, from 0. */
    private static int[] blocks(List<Integer> given, int depth) {
        int[] found = given.isEmpty()
                ? new int[Math.min(4, depth)]
                : given.stream().mapToInt(number -> number - 1).toArray();
        for (int i = 0; given.isEmpty() && i < found.length; i++) {
            found[i] = (i + 1) * depth / found.length - 1;
        }
        int before = -1;
        for (int number : found) {
            if (number <= before || number >= depth) {
                throw new InvalidInputException("blocks", given.toString(), "ascending numbers from 1 to " + depth);
            }
            before = number;
        }
        return found;
    }

    /** Loads a model with {@link Options#FDSL}; see {@link #load(Path, Options, Backend)}. */
    public static Clip load(Path file, Backend backend) {
        return load(file, Options.FDSL, backend);
    }

    /**
     * Loads a model. Its size is determined from the weights.
     *
     * @param file OpenAI's TorchScript archive, a PyTorch checkpoint or a safetensors file, with the tensor names of
     *     OpenAI, open_clip or the model hub
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
     * @throws InvalidInputException if the file has no image tower of CLIP (the message names the invalid tensor), or
     *     if the options do not fit the model
     */
    public static Clip load(Path file, Options options, Backend backend) {
        try (WeightFile weights = Checkpoints.open(file)) {
            return new Clip(VitWeights.of(weights), options, backend);
        }
    }

    /** The network, for features of other blocks. */
    public VisionTransformer network() {
        return network;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public int layers() {
        return blocks.length;
    }

    @Override
    public int width() {
        return blocks.length * network.config().width();
    }

    @Override
    public int patchSize() {
        return network.config().patchSize();
    }

    @Override
    public PillowResize.Filter filter() {
        return PillowResize.Filter.BICUBIC;
    }

    @Override
    public ImageNormalization normalization() {
        return ImageNormalization.CLIP;
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
            try (Scope local = backend().scope()) {
                Tensor pixels = some.reshape(some.shape().axis(0), 3, inputHeight(), inputWidth());
                sideBySide(network.layers(pixels, blocks, false, local).patches(), found);
            }
        });
    }

    @Override
    public int batch() {
        return 4;
    }

    @Override
    public boolean encodes() {
        return true;
    }

    /** Rearranges {@code (L, b, N, C)} to {@code (b, N, L·C)}. */
    private void sideBySide(Tensor tokens, Tensor out) {
        int layers = tokens.shape().axis(0);
        int batch = tokens.shape().axis(1);
        int patches = tokens.shape().axis(2);
        int channels = tokens.shape().axis(3);
        Tensor to = out.reshape(batch * patches, layers * channels);
        for (int layer = 0; layer < layers; layer++) {
            Tensor from = tokens.slice(layer, 1).reshape(batch * patches, channels);
            backend().layout().columns(from, 0, to, layer * channels, channels);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @return the tokens and the embedding, which has no columns if the weights have no projection
     */
    @Override
    public Encoded encode(Tensor pixels, Scope scope) {
        return use().compute(() -> {
            if (embeddingWidth == 0) {
                Tensor tokens = network.layers(pixels, blocks, false, scope).patches();
                return new Encoded(tokens, scope.allocate(pixels.shape().axis(0), 0));
            }
            int last = network.config().depth() - 1;
            boolean hasLast = blocks[blocks.length - 1] == last;
            int[] run = hasLast ? blocks : Arrays.copyOf(blocks, blocks.length + 1);
            run[run.length - 1] = last;
            VisionTransformer.Layers found = network.layers(pixels, run, false, scope);
            int batch = pixels.shape().axis(0);
            Tensor classTokens = found.classTokens()
                    .slice(run.length - 1, 1)
                    .reshape(batch, network.config().width());
            return new Encoded(found.patches().slice(0, blocks.length), network.imageEmbedding(classTokens, scope));
        });
    }

    @Override
    protected void free() {
        network.close();
    }
}
