package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A vision transformer's weights under the official names ({@code cls_token}, {@code blocks.i.attn.qkv.weight}, …),
 * whatever the source calls them: official checkpoints, with blocks in chunks or not; the model hub's safetensors, which
 * keep query, key and value apart; timm's, whose models with registers have added the class token's position to the token
 * already; and each below outer prefixes, as in traced models. Tensors that are not the
 * transformer's are left out.
 */
final class VitWeightNames implements Weights {
    /** Names, in the source, of the class token: what precedes them is the outer prefix. */
    private static final Pattern CLASS_TOKEN = Pattern.compile("(?:(.*)\\.)?cls_token");

    private static final String POSITIONS = "pos_embed";
    private static final Pattern CHUNKED_BLOCK = Pattern.compile("blocks\\.\\d+\\.(\\d+\\..*)");
    private static final Pattern HUB_BLOCK = Pattern.compile("encoder\\.layer\\.(\\d+)\\.(.*)");

    /** Names outside the blocks: the hub's, then timm's, which calls the last norm so in models that pool. */
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

    /** Beginnings inside a block that differ from the official ones. */
    private static final Map<String, String> HUB_INNER = Map.of(
            "attention.output.dense", "attn.proj",
            "layer_scale1.lambda1", "ls1.gamma",
            "layer_scale2.lambda1", "ls2.gamma",
            "mlp.weights_in", "mlp.w12",
            "mlp.weights_out", "mlp.w3");

    private final Weights source;

    /** Official name to the names in the source whose rows make it, in order. */
    private final Map<String, List<String>> parts = new LinkedHashMap<>();

    /**
     * @throws InvalidInputException if there is no class token, or more than one: then this is not one vision transformer
     */
    VitWeightNames(Weights source) {
        this.source = source;
        String prefix = outerPrefix(source);
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                add(name, name.substring(prefix.length()));
            }
        }
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
        String separate = "attention.attention.";
        if (inner.startsWith(separate)) {
            String kind = inner.substring(inner.lastIndexOf('.'));
            String before = name.substring(0, name.length() - inner.length()) + separate;
            parts.put(
                    block + "attn.qkv" + kind,
                    List.of(before + "query" + kind, before + "key" + kind, before + "value" + kind));
            return;
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

    /** Whether there is a position for each patch of a square, and none for the class token. */
    private static boolean lacksClassPosition(Shape positions) {
        int side = positions.rank() == 3 ? (int) Math.round(Math.sqrt(positions.axis(1))) : 0;
        return side > 1 && side * side == positions.axis(1);
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(parts.keySet());
    }

    @Override
    public Shape shape(String name) {
        Shape shape = WeightRows.shape(source, WeightRows.sources(source, parts, name));
        return name.equals(POSITIONS) && lacksClassPosition(shape)
                ? Shape.of(shape.axis(0), shape.axis(1) + 1, shape.axis(2))
                : shape;
    }

    @Override
    public float[] read(String name) {
        List<String> sources = WeightRows.sources(source, parts, name);
        float[] values = WeightRows.read(source, sources);
        if (!name.equals(POSITIONS) || !lacksClassPosition(WeightRows.shape(source, sources))) {
            return values;
        }
        float[] withClass =
                new float[values.length + source.shape(sources.get(0)).last()];
        System.arraycopy(values, 0, withClass, withClass.length - values.length, values.length);
        return withClass;
    }

    @Override
    public String origin() {
        return source.origin();
    }
}
