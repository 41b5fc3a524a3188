package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a vision transformer with the official names ({@code cls_token}, {@code blocks.i.attn.qkv.weight}, …).
 * Supported sources are official checkpoints with or without chunked blocks, safetensors of the model hub, which store
 * query, key and value separately, and files of timm, whose models with registers have already added the position of
 * the class token to the token. Each may have outer prefixes, like in traced models. Other tensors of a source keep
 * their names below the prefix.
 */
final class VitWeightNames extends JoinedWeights {
    /** Name of the class token in the source. The text before it is the outer prefix. */
    private static final Pattern CLASS_TOKEN = Pattern.compile("(?:(.*)\\.)?cls_token");

    private static final String POSITIONS = "pos_embed";
    private static final Pattern CHUNKED_BLOCK = Pattern.compile("blocks\\.\\d+\\.(\\d+\\..*)");
    private static final Pattern HUB_BLOCK = Pattern.compile("encoder\\.layer\\.(\\d+)\\.(.*)");

    /**
     * Names outside of the blocks: the names of the hub, then the names of timm, which calls the last norm {@code
     * fc_norm} in models with pooling.
     */
    private static final Map<String, String> OUTER = Map.ofEntries(
            Map.entry("embeddings.cls_token", "cls_token"),
            Map.entry("embeddings.mask_token", "mask_token"),
            Map.entry("embeddings.register_tokens", "register_tokens"),
            Map.entry("embeddings.position_embeddings", POSITIONS),
            Map.entry("embeddings.patch_embeddings.projection.weight", "patch_embed.proj.weight"),
            Map.entry("embeddings.patch_embeddings.projection.bias", "patch_embed.proj.bias"),
            Map.entry("layernorm.weight", "norm.weight"),
            Map.entry("layernorm.bias", "norm.bias"),
            Map.entry("reg_token", "register_tokens"),
            Map.entry("fc_norm.weight", "norm.weight"),
            Map.entry("fc_norm.bias", "norm.bias"));

    /** Prefixes inside a block that differ from the official ones. */
    private static final Map<String, String> HUB_INNER = Map.of(
            "attention.output.dense", "attn.proj",
            "attention.o_proj", "attn.proj",
            "layer_scale1.lambda1", "ls1.gamma",
            "layer_scale2.lambda1", "ls2.gamma",
            "mlp.weights_in", "mlp.w12",
            "mlp.weights_out", "mlp.w3",
            "mlp.down_proj", "mlp.w3");

    /** Layers that the hub stores separately, and the official layer that they form together. */
    private static final Map<List<String>, String> HUB_APART = Map.of(
            List.of("attention.attention.query", "attention.attention.key", "attention.attention.value"), "attn.qkv",
            List.of("attention.q_proj", "attention.k_proj", "attention.v_proj"), "attn.qkv",
            List.of("mlp.gate_proj", "mlp.up_proj"), "mlp.w12");

    /**
     * @throws InvalidInputException if the source does not contain exactly one vision transformer, by its class tokens
     */
    VitWeightNames(Weights source) {
        super(source);
        String prefix = outerPrefix(source);
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                add(name, name.substring(prefix.length()));
            }
        }
        renameGated();
    }

    static String outerPrefix(Weights source) {
        List<String> prefixes = new ArrayList<>();
        for (String name : source.names()) {
            Matcher matcher = CLASS_TOKEN.matcher(name);
            if (matcher.matches()) {
                String before = matcher.group(1) == null ? "" : matcher.group(1) + ".";
                prefixes.add(
                        before.endsWith("embeddings.")
                                ? before.substring(0, before.length() - "embeddings.".length())
                                : before);
            }
        }
        List<String> teachers = prefixes.stream()
                .filter(prefix -> prefix.matches("(.*\\.)?teacher\\..*"))
                .toList();
        if (prefixes.size() > 1 && teachers.size() == 1) {
            return teachers.get(0);
        }
        if (prefixes.size() != 1) {
            throw new InvalidInputException(
                    source.origin(),
                    prefixes.isEmpty()
                            ? source.names().size() + " tensors, none named cls_token"
                            : "several vision transformers, below " + prefixes,
                    "the weights of one DINOv2 vision transformer");
        }
        return prefixes.get(0);
    }

    /**
     * Renames gated layers of timm. It stores gate and value together as {@code fc1}, which has twice as many rows as
     * {@code fc2} has columns.
     */
    private void renameGated() {
        for (String end : List.copyOf(parts.keySet())) {
            if (end.endsWith(".mlp.fc2.weight")) {
                String block = end.substring(0, end.length() - "fc2.weight".length());
                List<String> first = parts.get(block + "fc1.weight");
                boolean gated = first != null
                        && joinedShape(first).axis(0) == 2 * shape(end).last();
                for (String kind : gated ? List.of("weight", "bias") : List.<String>of()) {
                    move(block + "fc1." + kind, block + "w12." + kind);
                    move(block + "fc2." + kind, block + "w3." + kind);
                }
            }
        }
    }

    private void move(String from, String to) {
        List<String> moved = parts.remove(from);
        if (moved != null) {
            parts.put(to, moved);
        }
    }

    private void add(String name, String local) {
        Matcher hub = HUB_BLOCK.matcher(local);
        Matcher chunked = CHUNKED_BLOCK.matcher(local);
        if (hub.matches()) {
            addHubBlock(name, "blocks." + hub.group(1) + ".", hub.group(2));
        } else if (chunked.matches()) {
            parts.put("blocks." + chunked.group(1), List.of(name));
        } else {
            parts.put(OUTER.getOrDefault(local, local), List.of(name));
        }
    }

    private void addHubBlock(String name, String block, String inner) {
        for (Map.Entry<List<String>, String> apart : HUB_APART.entrySet()) {
            if (apart.getKey().stream().anyMatch(layer -> inner.startsWith(layer + "."))) {
                String kind = inner.substring(inner.lastIndexOf('.'));
                String before = name.substring(0, name.length() - inner.length());
                parts.put(
                        block + apart.getValue() + kind,
                        apart.getKey().stream()
                                .map(layer -> before + layer + kind)
                                .toList());
                return;
            }
        }
        for (Map.Entry<String, String> rename : HUB_INNER.entrySet()) {
            if (inner.startsWith(rename.getKey())) {
                parts.put(
                        block
                                + rename.getValue()
                                + inner.substring(rename.getKey().length()),
                        List.of(name));
                return;
            }
        }
        parts.put(block + inner, List.of(name));
    }

    /** Whether there are positions only for the patches of a square, but not for the class token. */
    private static boolean lacksClassPosition(Shape positions) {
        int side = positions.rank() == 3 ? (int) Math.round(Math.sqrt(positions.axis(1))) : 0;
        return side > 1 && side * side == positions.axis(1);
    }

    @Override
    public Shape shape(String name) {
        Shape shape = super.shape(name);
        return name.equals(POSITIONS) && lacksClassPosition(shape)
                ? Shape.of(shape.axis(0), shape.axis(1) + 1, shape.axis(2))
                : shape;
    }

    @Override
    public float[] read(String name) {
        float[] values = super.read(name);
        Shape shape = super.shape(name);
        if (!name.equals(POSITIONS) || !lacksClassPosition(shape)) {
            return values;
        }
        float[] withClass = new float[values.length + shape.last()];
        System.arraycopy(values, 0, withClass, withClass.length - values.length, values.length);
        return withClass;
    }
}
