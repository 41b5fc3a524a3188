package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a vision transformer on the host. They are complete, have the right shapes, and have the official
 * names of DINOv2 ({@code cls_token}, {@code blocks.0.attn.qkv.weight}, …), independent of their source. Immutable and
 * thread-safe.
 */
public final class VitWeights {
    private final Weights weights;
    private final VitConfig config;

    private VitWeights(Weights weights, VitConfig config) {
        config.tensors().forEach((name, shape) -> check(weights, name, shape));
        Map<String, String> names = new LinkedHashMap<>();
        config.tensors().keySet().forEach(name -> names.put(name, name));
        if (config.style().rotary() && weights.names().contains(RotaryPositions.PERIODS)) {
            names.put(RotaryPositions.PERIODS, RotaryPositions.PERIODS);
        }
        this.weights = new RenamedWeights(weights, names);
        this.config = config;
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
     * Finds a transformer among named tensors and determines its configuration. Supported names are the official names
     * of DINOv2 and DINOv3, the names of timm and of the model hub, and the names of CLIP in OpenAI's files, open_clip
     * and the hub, each also with outer prefixes (traced, compiled and parallel models). If there are a teacher and a
     * student, the teacher is used. The text tower of CLIP is ignored.
     *
     * @throws InvalidInputException if a tensor is missing or its shape does not fit the other tensors; the message
     *     names the source and the tensor
     */
    public static VitWeights of(Weights weights) {
        Weights named = UnwrappedNames.of(weights);
        JoinedWeights official = ClipWeightNames.isClip(named)
                ? new ClipWeightNames(named)
                : DinoV3WeightNames.isDinoV3(named) ? new DinoV3WeightNames(named) : new VitWeightNames(named);
        VitConfig config = VitConfig.detect(official);
        VitWeights found = new VitWeights(official, config);
        requireNoOther(official, config);
        return found;
    }

    /** Refuses tensors that would be ignored although they change the result: other tensors of the blocks, biases. */
    private static void requireNoOther(JoinedWeights official, VitConfig config) {
        Set<String> used = config.tensors().keySet().stream()
                .flatMap(name -> official.sources(name).stream())
                .collect(Collectors.toSet());
        for (String name : official.names()) {
            boolean matters = name.startsWith("blocks.") && !name.endsWith(".bias_mask")
                    || name.startsWith("patch_embed.")
                    || name.startsWith("norm")
                    || name.equals("head.bias") && config.style().projection() > 0;
            if (matters && !used.containsAll(official.sources(name)) && !isZero(official.read(name))) {
                throw new InvalidInputException(
                        official.origin(),
                        "a tensor " + name + " that is not 0",
                        "the weights of a vision transformer without it, DINOv2's, DINOv3's or CLIP's");
            }
        }
    }

    private static boolean isZero(float[] values) {
        for (float value : values) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    /** Creates random weights for any configuration, by {@link SeededWeights}. */
    public static VitWeights seeded(VitConfig config, String prefix) {
        return new VitWeights(new SeededWeights(prefix, config.tensors()), config);
    }

    /**
     * Returns the same weights with another configuration, for instance another number of heads or another method of
     * resizing the position embedding.
     *
     * @throws InvalidInputException if the weights do not have the tensors of such a model
     */
    public VitWeights with(VitConfig other) {
        return new VitWeights(weights, other);
    }

    /** The configuration of the transformer. */
    public VitConfig config() {
        return config;
    }

    /** Whether weights are those of a DINOv3 transformer. */
    public static boolean isDinoV3(Weights weights) {
        return DinoV3WeightNames.isDinoV3(weights);
    }

    /** Whether the weights were trained on satellite images. The names of DINOv3's official files tell this. */
    public boolean satellite() {
        return config.style().rotary() && weights.origin().contains("sat493m");
    }

    /**
     * The tensors with their official names: the tensors of {@link VitConfig#tensors}, and the periods of rotary
     * positions if they are stored.
     */
    public Weights tensors() {
        return weights;
    }

    /**
     * Returns the rows before the patches, {@code (1 + registers, C)}: the class token plus its position if it has
     * one, then the registers.
     */
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

    /** Returns the position embedding of a grid of patches, {@code (rows · columns, C)}. */
    public float[] positions(int rows, int columns) {
        PositionEmbedding embedding = positionEmbedding();
        if (embedding == null) {
            throw new InvalidInputException(config.name(), "rotary positions", "a position embedding");
        }
        return embedding.resize(rows, columns);
    }

    /** Returns the rotary positions; null if the model has a position embedding. */
    @Nullable
    RotaryPositions rotaryPositions() {
        return config.style().rotary() ? RotaryPositions.of(weights, config) : null;
    }

    /** Returns the position embedding; null if the model has rotary positions. */
    @Nullable
    PositionEmbedding positionEmbedding() {
        if (config.style().rotary()) {
            return null;
        }
        float[] all = weights.read("pos_embed");
        float[] table = Arrays.copyOfRange(all, config.width(), all.length);
        return new PositionEmbedding(table, config.grid(), config.width(), config.position());
    }
}
