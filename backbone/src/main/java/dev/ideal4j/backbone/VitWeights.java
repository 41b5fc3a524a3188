package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The weights of a vision transformer on the host: complete, in the right shapes and under DINOv2's official names
 * ({@code cls_token}, {@code blocks.0.attn.qkv.weight}, …), wherever they come from. Immutable and thread-safe.
 */
public final class VitWeights {
    private final Weights weights;
    private final VitConfig config;

    private VitWeights(Weights weights, VitConfig config) {
        config.tensors().forEach((name, shape) -> check(weights, name, shape));
        Set<String> names = new LinkedHashSet<>(config.tensors().keySet());
        if (config.style().rotary() && weights.names().contains(RotaryPositions.PERIODS)) {
            names.add(RotaryPositions.PERIODS);
        }
        this.weights = new Selection(weights, names);
        this.config = config;
    }

    /** Those of some weights that have these names, in the names' order. */
    private record Selection(Weights source, Set<String> names) implements Weights {
        @Override
        public Shape shape(String name) {
            return source.shape(name);
        }

        @Override
        public float[] read(String name) {
            return source.read(name);
        }

        @Override
        public String origin() {
            return source.origin();
        }
    }

    private static void check(Weights weights, String name, Shape expected) {
        String what = weights.origin() + ", tensor " + name;
        if (!weights.names().contains(name)) {
            throw new InvalidInputException(what, "none", "shape " + expected);
        }
        Shape found = weights.shape(name);
        if (!found.equals(expected)) {
            throw new InvalidInputException(what, "shape " + found, "shape " + expected);
        }
    }

    /**
     * Finds a transformer among named tensors and reads its shape off them. Of names, the official ones of DINOv2 and DINOv3,
     * those of timm and of the model hub, CLIP's as OpenAI, open_clip and the hub have them, and any below outer prefixes
     * (traced, compiled and parallel models) are understood. Of a teacher and its student, the teacher is taken. CLIP's text tower is left out.
     *
     * @throws InvalidInputException if a tensor is missing or has another shape than the others imply; the message names
     *     the source and the tensor
     */
    public static VitWeights of(Weights weights) {
        Weights named = UnwrappedNames.of(weights);
        Weights official = ClipWeightNames.isClip(named)
                ? new ClipWeightNames(named)
                : DinoV3WeightNames.isDinoV3(named) ? new DinoV3WeightNames(named) : new VitWeightNames(named);
        return new VitWeights(official, VitConfig.detect(official));
    }

    /** Made-up weights of any shape, by {@link SeededWeights}. */
    public static VitWeights seeded(VitConfig config, String prefix) {
        return new VitWeights(new SeededWeights(prefix, config.tensors()), config);
    }

    /**
     * The same weights, read otherwise: another number of heads, which they do not show, or another resizing of the position
     * embedding.
     *
     * @throws InvalidInputException if they do not have the tensors of such a model
     */
    public VitWeights with(VitConfig other) {
        return new VitWeights(weights, other);
    }

    /** The transformer's shape. */
    public VitConfig config() {
        return config;
    }

    /** Whether a file's tensors are those of a DINOv3 transformer. */
    public static boolean isDinoV3(Weights weights) {
        return DinoV3WeightNames.isDinoV3(weights);
    }

    /** Whether they were trained on satellite images, as DINOv3's official files say in their name. */
    public boolean satellite() {
        return config.style().rotary() && weights.origin().contains("sat493m");
    }

    /** The tensors under their official names: those of {@link VitConfig#tensors}, and the periods of rotary positions if stored. */
    public Weights tensors() {
        return weights;
    }

    /** The rows in front of the patches, {@code (1 + registers, C)}: class token plus its position if it has one, then the registers. */
    public float[] prefix() {
        float[] rows = Arrays.copyOf(weights.read("cls_token"), config.prefixTokens() * config.width());
        if (!config.style().rotary()) {
            float[] positions = weights.read("pos_embed");
            for (int i = 0; i < config.width(); i++) {
                rows[i] += positions[i];
            }
        }
        if (config.registers() > 0) {
            float[] registers = weights.read("register_tokens");
            System.arraycopy(registers, 0, rows, config.width(), registers.length);
        }
        return rows;
    }

    /** The position embedding of a grid of patches, {@code (rows · columns, C)}. */
    public float[] positions(int rows, int columns) {
        return positionEmbedding().resize(rows, columns);
    }

    /** The rotary positions; null if there is a position embedding. */
    RotaryPositions rotaryPositions() {
        return config.style().rotary() ? RotaryPositions.of(weights, config) : null;
    }

    /** The position embedding; null if positions are rotary. */
    PositionEmbedding positionEmbedding() {
        if (config.style().rotary()) {
            return null;
        }
        float[] all = weights.read("pos_embed");
        float[] table = Arrays.copyOfRange(all, config.width(), all.length);
        return new PositionEmbedding(table, config.grid(), config.width(), config.position());
    }
}
