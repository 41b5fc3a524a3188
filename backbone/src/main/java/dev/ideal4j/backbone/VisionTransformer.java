package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Rotation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A vision transformer, of DINOv2 (Oquab et al., arXiv 2304.07193), DINOv3 (arXiv 2508.10104) or CLIP (Radford et al.,
 * arXiv 2103.00020), for the forward pass only. It computes the patch features and class tokens of any blocks from
 * normalised images. Immutable and thread-safe. The weights stay allocated until the network is closed.
 *
 * <p>The tokens of a sample are the class token, the registers and the patches in row-major order. The result of a
 * sample has the same bits for any other samples in the batch.
 */
public final class VisionTransformer implements AutoCloseable {
    /** Number of grids whose position embeddings are kept. Embeddings of other grids are computed again each time. */
    private static final int GRIDS_KEPT = 8;

    private final VitConfig config;
    private final Backend backend;
    private final Scope owner;
    private final PackedWeight patchEmbedding;
    private final Tensor prefix;
    private final @Nullable PositionEmbedding positionEmbedding;
    private final @Nullable RotaryPositions rotaryPositions;
    private final List<PackedBlock> blocks = new ArrayList<>();
    private final @Nullable Norm embeddingNorm;
    private final Norm norm;
    private final @Nullable PackedWeight projection;
    private final Map<List<Integer>, Tensor> positions = new HashMap<>();
    private final Map<List<Integer>, Rotation> rotations = new HashMap<>();

    /**
     * The results of some blocks.
     *
     * @param patches {@code (layers, b, N, C)}: patches in row-major order, per sample and requested layer
     * @param classTokens {@code (layers, b, C)}
     */
    public record Layers(Tensor patches, Tensor classTokens) {}

    private VisionTransformer(VitWeights weights, Backend backend) {
        this.config = weights.config();
        this.backend = backend;
        this.owner = Scope.on(backend);
        try {
            VitUpload upload = new VitUpload(weights, owner);
            this.positionEmbedding = weights.positionEmbedding();
            this.rotaryPositions = weights.rotaryPositions();
            this.prefix = owner.upload(weights.prefix(), config.prefixTokens(), config.width());
            this.patchEmbedding = upload.linear("patch_embed.proj");
            for (int i = 0; i < config.depth(); i++) {
                blocks.add(upload.block(i));
            }
            this.embeddingNorm = config.style().embeddingNorm() ? upload.norm("norm_pre") : null;
            this.norm = upload.norm("norm");
            this.projection = config.style().projection() > 0 ? upload.linear("head") : null;
        } catch (RuntimeException | Error e) {
            owner.close();
            throw e;
        }
    }

    /**
     * Uploads the weights to a backend and packs them.
     *
     * @param weights the weights; not needed after this call
     */
    public static VisionTransformer load(VitWeights weights, Backend backend) {
        return new VisionTransformer(weights, backend);
    }

    /** The configuration of the model. */
    public VitConfig config() {
        return config;
    }

    /** The backend on which this network computes. */
    public Backend backend() {
        return backend;
    }

    /**
     * Computes the patch features of the last block after the final LayerNorm, which most methods use.
     *
     * @param images {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param scope owner of the result
     * @return {@code (b, N, C)}
     */
    public Tensor patches(Tensor images, Scope scope) {
        Tensor patches =
                layers(images, new int[] {config.depth() - 1}, true, scope).patches();
        int[] lengths = patches.shape().toArray();
        return patches.reshape(lengths[1], lengths[2], lengths[3]);
    }

    /**
     * Computes the features of selected blocks. Blocks after the last selected block are not run.
     *
     * @param images {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param layers numbers of blocks from 0, ascending
     * @param finalNorm whether the final LayerNorm is applied to each
     * @param scope owner of the result
     */
    public Layers layers(Tensor images, int[] layers, boolean finalNorm, Scope scope) {
        config.requireLayers(layers);
        try (Scope local = backend.scope()) {
            Tensor tokens = embed(images, local);
            int batch = tokens.shape().axis(0);
            int patches = tokens.shape().axis(1) - config.prefixTokens();
            Rotation rotation = rotation(images, local);
            Layers found = new Layers(
                    scope.allocate(layers.length, batch, patches, config.width()),
                    scope.allocate(layers.length, batch, config.width()));
            run(tokens, rotation, layers, layer -> extract(tokens, layer, finalNorm, found));
            return found;
        }
    }

    /**
     * Computes the image embedding that CLIP compares with texts: the projected class token after the final LayerNorm.
     *
     * @param classTokens {@code (b, C)} of the last block, without the final LayerNorm
     * @param scope owner of the result
     * @return {@code (b, E)}, not L2-normalised
     * @throws InvalidInputException if the model has no projection
     */
    public Tensor imageEmbedding(Tensor classTokens, Scope scope) {
        if (projection == null) {
            throw new InvalidInputException(config.name(), "no projection", "CLIP's, for an image embedding");
        }
        Tensor embedding = scope.allocate(classTokens.shape().axis(0), projection.out());
        try (Scope local = backend.scope()) {
            Tensor normed = local.allocate(classTokens.shape());
            normalise(norm, classTokens, normed);
            backend.products().linear(normed, projection, Epilogue.NONE, embedding);
        }
        return embedding;
    }

    /**
     * Computes the mean of the patch features of selected blocks, without holding all of them in memory. Blocks after
     * the last selected block are not run.
     *
     * @param images {@code (b, 3, h, w)}, normalised; h and w multiples of the patch size
     * @param layers numbers of blocks from 0, ascending, at least one
     * @param finalNorm whether the final LayerNorm is applied to each
     * @param out {@code (b, N, C)}, written
     */
    void meanPatches(Tensor images, int[] layers, boolean finalNorm, Tensor out) {
        config.requireLayers(layers);
        boolean direct = layers.length == 1 && finalNorm;
        try (Scope local = backend.scope()) {
            Tensor tokens = embed(images, local);
            Tensor mean = direct ? out : local.allocate(out.shape());
            run(tokens, rotation(images, local), layers, layer -> {
                if (direct) {
                    select(tokens, config.prefixTokens(), true, mean);
                    return;
                }
                try (Scope scratch = backend.scope()) {
                    Tensor rows = scratch.allocateUninitialised(mean.shape());
                    select(tokens, config.prefixTokens(), finalNorm, rows);
                    backend.activations().add(mean, 1f / layers.length, rows, mean);
                }
            });
            if (!direct) {
                backend.copy(mean, out);
            }
        }
    }

    /** Runs blocks in place up to the last requested layer, and calls {@code found} after each requested layer. */
    private void run(Tensor tokens, @Nullable Rotation rotation, int[] layers, IntConsumer found) {
        int done = 0;
        for (int i = 0; i < layers.length; i++) {
            backend.transformerBlocks().forward(blocks.subList(done, layers[i] + 1), rotation, tokens);
            done = layers[i] + 1;
            found.accept(i);
        }
    }

    /** Splits tokens into patches and class token. */
    private void extract(Tensor tokens, int layer, boolean finalNorm, Layers found) {
        select(tokens, config.prefixTokens(), finalNorm, entry(found.patches(), layer));
        select(tokens, 0, finalNorm, entry(found.classTokens(), layer));
    }

    /**
     * Copies some tokens of every sample, from token {@code first} on, and normalises them if wanted. The number of
     * operations does not depend on the batch.
     *
     * @param out {@code (b, count, C)} or {@code (b, C)}, written
     */
    private void select(Tensor tokens, int first, boolean finalNorm, Tensor out) {
        int batch = tokens.shape().axis(0);
        int width = config.width();
        int count = Math.toIntExact(out.shape().size() / batch / width);
        Tensor to = out.reshape(batch * count, width);
        Tensor from = to;
        if (batch == 1) {
            from = entry(tokens, 0).slice(first, count);
        } else {
            Tensor samples = tokens.reshape(batch, tokens.shape().axis(1) * width);
            backend.layout().columns(samples, first * width, out.reshape(batch, count * width), 0, count * width);
        }
        if (finalNorm) {
            normalise(norm, from, to);
        } else if (from != to) {
            backend.copy(from, to);
        }
    }

    /**
     * Computes the input tokens of the first block.
     *
     * @return {@code (b, n, C)}
     */
    Tensor embed(Tensor images, Scope scope) {
        Shape shape = images.shape();
        int size = config.patchSize();
        if (shape.rank() != 4 || shape.axis(1) != 3 || !isSide(shape.axis(2)) || !isSide(shape.axis(3))) {
            throw new InvalidInputException(
                    "images", "shape " + shape, "(b, 3, h, w) with h and w multiples of " + size);
        }
        int batch = shape.axis(0);
        int rows = shape.axis(2) / size;
        int columns = shape.axis(3) / size;
        int patches = rows * columns;
        Tensor tokens = scope.allocateUninitialised(batch, config.prefixTokens() + patches, config.width());
        try (Scope local = backend.scope()) {
            Epilogue position = positionEmbedding == null
                    ? Epilogue.NONE
                    : Epilogue.residual(null, position(positionEmbedding, rows, columns, local));
            Tensor pixels = local.allocateUninitialised(batch, patches, patchEmbedding.in());
            backend.convolution().patches(images, size, pixels);
            int first = config.prefixTokens();
            for (int sample = 0; sample < batch; sample++) {
                backend.copy(prefix, entry(tokens, sample).slice(0, first));
            }
            if (batch == 1) {
                backend.products()
                        .linear(
                                pixels,
                                patchEmbedding,
                                position,
                                entry(tokens, 0).slice(first, patches));
            } else {
                int width = config.width();
                Tensor embedded = local.allocateUninitialised(batch * patches, width);
                backend.products().linear(pixels, patchEmbedding, position, embedded);
                Tensor samples = tokens.reshape(batch, (first + patches) * width);
                backend.layout()
                        .columns(embedded.reshape(batch, patches * width), 0, samples, first * width, patches * width);
            }
        }
        if (embeddingNorm != null) {
            normalise(embeddingNorm, tokens, tokens);
        }
        return tokens;
    }

    private void normalise(Norm by, Tensor x, Tensor out) {
        backend.normalization().layerNorm(x, by.gamma(), by.beta(), by.eps(), out);
    }

    private boolean isSide(int pixels) {
        return pixels > 0 && pixels % config.patchSize() == 0;
    }

    /**
     * Returns the position embedding of the patches, {@code (rows · columns, C)}. It is kept if fewer than {@link
     * #GRIDS_KEPT} are kept, otherwise it is allocated in {@code local}.
     */
    private Tensor position(PositionEmbedding embedding, int rows, int columns, Scope local) {
        List<Integer> grid = List.of(rows, columns);
        synchronized (positions) {
            Tensor known = positions.get(grid);
            if (known == null) {
                boolean keep = positions.size() < GRIDS_KEPT;
                known = (keep ? owner : local).upload(embedding.resize(rows, columns), rows * columns, config.width());
                if (keep) {
                    positions.put(grid, known);
                }
            }
            return known;
        }
    }

    /**
     * Returns the rotary positions of images, or null if the model has none. They are kept if fewer than {@link
     * #GRIDS_KEPT} are kept, otherwise they are allocated in {@code local}.
     */
    private @Nullable Rotation rotation(Tensor images, Scope local) {
        if (rotaryPositions == null) {
            return null;
        }
        int rows = images.shape().axis(2) / config.patchSize();
        int columns = images.shape().axis(3) / config.patchSize();
        List<Integer> grid = List.of(rows, columns);
        synchronized (rotations) {
            Rotation known = rotations.get(grid);
            if (known == null) {
                boolean keep = rotations.size() < GRIDS_KEPT;
                known = rotaryPositions.rotation(rows, columns, keep ? owner : local);
                if (keep) {
                    rotations.put(grid, known);
                }
            }
            return known;
        }
    }

    /** Returns entry {@code index} of the outermost axis, without this axis. */
    private static Tensor entry(Tensor tensor, int index) {
        int[] lengths = tensor.shape().toArray();
        return tensor.slice(index, 1).reshape(Arrays.copyOfRange(lengths, 1, lengths.length));
    }

    @Override
    public void close() {
        owner.close();
    }
}
