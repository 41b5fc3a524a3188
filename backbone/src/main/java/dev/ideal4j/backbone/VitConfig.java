package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Activation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The configuration of a vision transformer: DINOv2 (Oquab et al., arXiv 2304.07193; registers: Darcet et al., arXiv
 * 2309.16588), DINOv3 (Siméoni et al., arXiv 2508.10104) or the image tower of CLIP (Radford et al., arXiv 2103.00020).
 *
 * @param width channels of a token, C
 * @param depth number of blocks
 * @param heads attention heads, dividing the width
 * @param hidden channels inside the feed-forward layer
 * @param swiglu whether the feed-forward layer is gated ({@code w3(silu(g) · u)}), instead of {@code fc2(gelu(fc1))}
 * @param registers number of register tokens, 0 or more
 * @param patchSize side of a patch in pixels
 * @param grid side, in patches, of the square for which the position embedding is stored; 0 with rotary positions
 * @param position how the position embedding is resized to another grid
 * @param style the differences between the families
 */
public record VitConfig(
        int width,
        int depth,
        int heads,
        int hidden,
        boolean swiglu,
        int registers,
        int patchSize,
        int grid,
        Position position,
        Style style) {
    /** Channels of a head in all published models except DINOv3 with 4096 channels. */
    private static final int HEAD_WIDTH = 64;

    private static final int CHANNELS = 3;

    /** Channels of a token in the largest DINOv3. */
    private static final int WIDEST = 4096;

    private static final int DINOV3_REGISTERS = 4;

    private static final String CLIP = "clip_vitl14_336";

    /**
     * The method of resizing the position embedding bicubically.
     *
     * @param offset added to the number of patches when the scale is computed: 0.1 in models without registers,
     *     otherwise 0
     * @param antialias whether the filter is antialiased when shrinking (kernel constant −0.5) or not (−0.75)
     */
    public record Position(double offset, boolean antialias) {
        /** The method of the published models without registers. VisionAD also uses it for models with registers. */
        public static final Position PLAIN = new Position(0.1, false);

        /** The method of the published models with registers. */
        public static final Position REGISTERS = new Position(0, true);

        static Position usual(int registers) {
            return registers == 0 ? PLAIN : REGISTERS;
        }
    }

    /**
     * The differences between the families of vision transformers.
     *
     * @param normEps epsilon of every LayerNorm
     * @param activation activation of the feed-forward layers, unless they are gated
     * @param layerScale whether each branch of a block is scaled per channel, and the patch embedding has a bias
     * @param embeddingNorm whether a LayerNorm comes before the first block
     * @param projection width of the image embedding to which the class token is projected at the end, or 0 for no
     *     projection
     * @param rotary whether patches have rotary positions ({@link RotaryPositions}) instead of a position embedding
     */
    public record Style(
            float normEps,
            Activation activation,
            boolean layerScale,
            boolean embeddingNorm,
            int projection,
            boolean rotary) {
        /** The style of DINOv2. */
        public static final Style DINOV2 = new Style(1e-6f, Activation.GELU, true, false, 0, false);

        /** The style of DINOv3. */
        public static final Style DINOV3 = new Style(1e-5f, Activation.GELU, true, false, 0, true);

        /**
         * Returns the style of CLIP. Its weights were trained with {@link Activation#QUICK_GELU}, but FDSL runs them
         * with the exact GELU.
         */
        public static Style clip(Activation activation, int projection) {
            return new Style(1e-5f, activation, false, true, projection, false);
        }
    }

    /** Creates the configuration of a DINOv2 transformer. */
    public VitConfig(
            int width,
            int depth,
            int heads,
            int hidden,
            boolean swiglu,
            int registers,
            int patchSize,
            int grid,
            Position position) {
        this(width, depth, heads, hidden, swiglu, registers, patchSize, grid, position, Style.DINOV2);
    }

    /** Checks the values. */
    public VitConfig {
        require("width", width, width > 0, "above 0");
        require("depth", depth, depth > 0, "above 0");
        require("heads", heads, heads > 0 && width % heads == 0, "a divisor of the width " + width);
        require("hidden channels", hidden, hidden > 0, "above 0");
        require("registers", registers, registers >= 0, "0 or more");
        require("patch size", patchSize, patchSize > 0, "above 0");
        require("grid", grid, style.rotary ? grid == 0 : grid > 0, style.rotary ? "0" : "above 0");
        require("projection", style.projection, style.projection >= 0, "0 or more");
    }

    private static void require(String what, int found, boolean holds, String expected) {
        if (!holds) {
            throw new InvalidInputException("vision transformer's " + what, Integer.toString(found), expected);
        }
    }

    /**
     * Returns the configuration of a published model by its hub name: {@code dinov2_vits14}, {@code dinov2_vitb14},
     * {@code dinov2_vitl14}, {@code dinov2_vitg14}, each also with {@code _reg} for four registers; {@code
     * dinov3_vits16}, {@code dinov3_vits16plus}, {@code dinov3_vitb16}, {@code dinov3_vitl16}, {@code
     * dinov3_vitl16plus}, {@code dinov3_vith16plus}, {@code dinov3_vit7b16}; {@code clip_vitl14_336}.
     */
    public static VitConfig named(String name) {
        String plain = name.toLowerCase(Locale.ROOT);
        int registers = plain.endsWith("_reg") ? 4 : 0;
        if (registers > 0) {
            plain = plain.substring(0, plain.length() - "_reg".length());
        }
        return switch (plain) {
            case "dinov2_vits14" -> published(384, 12, 1536, false, registers);
            case "dinov2_vitb14" -> published(768, 12, 3072, false, registers);
            case "dinov2_vitl14" -> published(1024, 24, 4096, false, registers);
            case "dinov2_vitg14" -> published(1536, 40, 4096, true, registers);
            case "dinov3_vits16" -> dinov3(384, 12, 6, 1536, false);
            case "dinov3_vits16plus" -> dinov3(384, 12, 6, 1536, true);
            case "dinov3_vitb16" -> dinov3(768, 12, 12, 3072, false);
            case "dinov3_vitl16" -> dinov3(1024, 24, 16, 4096, false);
            case "dinov3_vitl16plus" -> dinov3(1024, 24, 16, 4096, true);
            case "dinov3_vith16plus" -> dinov3(1280, 32, 20, 5120, true);
            case "dinov3_vit7b16" -> dinov3(4096, 40, 32, 8192, true);
            case CLIP ->
                new VitConfig(
                        1024,
                        24,
                        16,
                        4096,
                        false,
                        0,
                        14,
                        24,
                        Position.REGISTERS,
                        Style.clip(Activation.QUICK_GELU, 768));
            default ->
                throw new InvalidInputException(
                        "model",
                        name,
                        "dinov2_vits14, dinov2_vitb14, dinov2_vitl14 or dinov2_vitg14, or one with _reg;"
                                + " dinov3_ with vits16, vits16plus, vitb16, vitl16, vitl16plus, vith16plus or vit7b16;"
                                + " clip_vitl14_336");
        };
    }

    private static VitConfig published(int width, int depth, int hidden, boolean swiglu, int registers) {
        return new VitConfig(
                width, depth, width / HEAD_WIDTH, hidden, swiglu, registers, 14, 37, Position.usual(registers));
    }

    private static VitConfig dinov3(int width, int depth, int heads, int hidden, boolean swiglu) {
        return new VitConfig(
                width, depth, heads, hidden, swiglu, DINOV3_REGISTERS, 16, 0, Position.PLAIN, Style.DINOV3);
    }

    /**
     * Determines the configuration from the weights. The weights do not contain the number of heads. It is assumed to
     * be {@code width / 64}, like in all published models except DINOv3 with 4096 channels, whose heads have 128
     * channels. If the quotient is not an integer, the number is 1.
     *
     * @param weights the weights with the official names
     * @throws InvalidInputException if a tensor that determines the configuration is missing or has another number of
     *     axes
     */
    static VitConfig detect(Weights weights) {
        int width = axis(weights, "cls_token", 3, 2);
        int headWidth = width == WIDEST ? 2 * HEAD_WIDTH : HEAD_WIDTH;
        int heads = width % headWidth == 0 ? width / headWidth : 1;
        int depth = 0;
        while (weights.names().contains("blocks." + depth + ".norm1.weight")) {
            depth++;
        }
        boolean swiglu = weights.names().contains("blocks.0.mlp.w12.weight");
        int hidden = axis(weights, swiglu ? "blocks.0.mlp.w3.weight" : "blocks.0.mlp.fc2.weight", 2, 1);
        int registers = weights.names().contains("register_tokens") ? axis(weights, "register_tokens", 3, 1) : 0;
        int patchSize = axis(weights, "patch_embed.proj.weight", 4, 3);
        if (weights instanceof DinoV3WeightNames) {
            return new VitConfig(
                    width, depth, heads, hidden, swiglu, registers, patchSize, 0, Position.PLAIN, Style.DINOV3);
        }
        int positions = axis(weights, "pos_embed", 3, 1) - 1;
        int grid = (int) Math.round(Math.sqrt(Math.max(0, positions)));
        if (grid * grid != positions) {
            throw new InvalidInputException(
                    weights.origin() + ", tensor pos_embed",
                    (positions + 1) + " positions",
                    "one for the class token and a square number for the patches");
        }
        if (weights.names().contains("norm_pre.weight")) {
            int projection = weights.names().contains("head.weight") ? axis(weights, "head.weight", 2, 0) : 0;
            Style style = Style.clip(Activation.QUICK_GELU, projection);
            return new VitConfig(width, depth, heads, hidden, false, 0, patchSize, grid, Position.REGISTERS, style);
        }
        return new VitConfig(
                width, depth, heads, hidden, swiglu, registers, patchSize, grid, Position.usual(registers));
    }

    private static int axis(Weights weights, String name, int rank, int axis) {
        if (!weights.names().contains(name)) {
            throw new InvalidInputException(
                    weights.origin(),
                    weights.names().size() + " tensors without " + name,
                    "the weights of a vision transformer, DINOv2's or CLIP's");
        }
        Shape shape = weights.shape(name);
        if (shape.rank() != rank) {
            throw new InvalidInputException(weights.origin() + ", tensor " + name, "shape " + shape, rank + " axes");
        }
        return shape.axis(axis);
    }

    /** Returns this configuration with another method of resizing the position embedding. */
    public VitConfig with(Position other) {
        return new VitConfig(width, depth, heads, hidden, swiglu, registers, patchSize, grid, other, style);
    }

    /** Returns this configuration with another activation in the feed-forward layers. */
    public VitConfig with(Activation other) {
        Style changed =
                new Style(style.normEps, other, style.layerScale, style.embeddingNorm, style.projection, style.rotary);
        return new VitConfig(width, depth, heads, hidden, swiglu, registers, patchSize, grid, position, changed);
    }

    /** Returns this configuration with another number of attention heads. */
    public VitConfig withHeads(int other) {
        return new VitConfig(width, depth, other, hidden, swiglu, registers, patchSize, grid, position, style);
    }

    /**
     * Checks the numbers of requested blocks.
     *
     * @throws InvalidInputException if the numbers are not ascending block numbers
     */
    void requireLayers(int[] layers) {
        int before = -1;
        for (int layer : layers) {
            if (layer <= before || layer >= depth) {
                throw new InvalidInputException(
                        "layers", Arrays.toString(layers), "ascending numbers from 0 to " + (depth - 1));
            }
            before = layer;
        }
    }

    /** The hub name of this model, or a name like {@code vit_384x12} if it is not a published model. */
    public String name() {
        if (style.rotary) {
            for (String size :
                    new String[] {"vits16", "vits16plus", "vitb16", "vitl16", "vitl16plus", "vith16plus", "vit7b16"}) {
                if (named("dinov3_" + size).equals(this)) {
                    return "dinov3_" + size;
                }
            }
            return "dinov3_vit_" + width + "x" + depth;
        }
        if (!style.equals(Style.DINOV2)) {
            VitConfig published = named(CLIP);
            boolean same = with(published.style.activation).equals(published);
            return same ? CLIP : "clip_vit_" + width + "x" + depth;
        }
        for (String size : new String[] {"s", "b", "l", "g"}) {
            String name = "dinov2_vit" + size + "14" + (registers == 0 ? "" : "_reg");
            if (named(name).with(position).equals(this)) {
                return name;
            }
        }
        return "vit_" + width + "x" + depth + (registers == 0 ? "" : "_reg" + registers);
    }

    /** Number of tokens before the patches: the class token and the registers. */
    public int prefixTokens() {
        return 1 + registers;
    }

    /**
     * Returns the tensors of such a model and their shapes, by the official names of DINOv2. The additional tensors of
     * CLIP are called {@code norm_pre} (before the first block) and {@code head} (the projection).
     */
    public Map<String, Shape> tensors() {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        tensors.put("cls_token", Shape.of(1, 1, width));
        if (!style.rotary) {
            tensors.put("pos_embed", Shape.of(1, grid * grid + 1, width));
        }
        if (registers > 0) {
            tensors.put("register_tokens", Shape.of(1, registers, width));
        }
        tensors.put("patch_embed.proj.weight", Shape.of(width, CHANNELS, patchSize, patchSize));
        if (style.layerScale) {
            tensors.put("patch_embed.proj.bias", Shape.of(width));
        }
        if (style.embeddingNorm) {
            tensors.put("norm_pre.weight", Shape.of(width));
            tensors.put("norm_pre.bias", Shape.of(width));
        }
        for (int i = 0; i < depth; i++) {
            String block = "blocks." + i + ".";
            tensors.put(block + "norm1.weight", Shape.of(width));
            tensors.put(block + "norm1.bias", Shape.of(width));
            linear(tensors, block + "attn.qkv", width, 3 * width);
            linear(tensors, block + "attn.proj", width, width);
            if (style.layerScale) {
                tensors.put(block + "ls1.gamma", Shape.of(width));
            }
            tensors.put(block + "norm2.weight", Shape.of(width));
            tensors.put(block + "norm2.bias", Shape.of(width));
            linear(tensors, block + (swiglu ? "mlp.w12" : "mlp.fc1"), width, swiglu ? 2 * hidden : hidden);
            linear(tensors, block + (swiglu ? "mlp.w3" : "mlp.fc2"), hidden, width);
            if (style.layerScale) {
                tensors.put(block + "ls2.gamma", Shape.of(width));
            }
        }
        tensors.put("norm.weight", Shape.of(width));
        tensors.put("norm.bias", Shape.of(width));
        if (style.projection > 0) {
            tensors.put("head.weight", Shape.of(style.projection, width));
        }
        return tensors;
    }

    private static void linear(Map<String, Shape> tensors, String name, int in, int out) {
        tensors.put(name + ".weight", Shape.of(out, in));
        tensors.put(name + ".bias", Shape.of(out));
    }
}
