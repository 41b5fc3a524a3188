package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of a DINOv3 transformer with the names of {@link VitConfig#tensors}. Sources are official files, files of
 * timm or of the model hub, each also with outer prefixes. Keys have no bias, so the values that official files store
 * for it are ignored. If a file has no biases of queries and values, they are zero.
 */
final class DinoV3WeightNames extends JoinedWeights {
    private static final Pattern BLOCK = Pattern.compile("(?:blocks|(?:model\\.)?layer)\\.(\\d+)\\.(.*)");
    private static final Pattern ENDING = Pattern.compile("(.*)\\.(weight|bias)");

    private static final Map<String, String> OUTER = Map.of(
            "storage_tokens", "register_tokens",
            "reg_token", "register_tokens",
            "embeddings.cls_token", "cls_token",
            "embeddings.register_tokens", "register_tokens",
            "embeddings.patch_embeddings.weight", "patch_embed.proj.weight",
            "embeddings.patch_embeddings.bias", "patch_embed.proj.bias",
            "layernorm.weight", "norm.weight",
            "layernorm.bias", "norm.bias");

    /** Names of the gate and the value of a gated layer. */
    private static final List<List<String>> GATED = List.of(
            List.of("mlp.w1", "mlp.w2"), List.of("mlp.fc1_g", "mlp.fc1_x"), List.of("mlp.gate_proj", "mlp.up_proj"));

    /**
     * Names inside a block in the source whose rows form one official tensor, without {@code .weight} and {@code
     * .bias}.
     */
    private static final Map<String, List<List<String>>> LAYERS = Map.of(
            "attn.qkv", List.of(List.of("attention.q_proj", "attention.k_proj", "attention.v_proj")),
            "attn.proj", List.of(List.of("attention.o_proj")),
            "mlp.w12", GATED);

    /** Names of the layer after the gate. */
    private static final List<String> GATED_END = List.of("mlp.w3", "mlp.fc2", "mlp.down_proj");

    private static final Map<String, String> PLAIN = Map.of(
            "mlp.up_proj", "mlp.fc1",
            "mlp.down_proj", "mlp.fc2",
            "gamma_1", "ls1.gamma",
            "gamma_2", "ls2.gamma",
            "layer_scale1.lambda1", "ls1.gamma",
            "layer_scale2.lambda1", "ls2.gamma");

    /** For each block number, the names inside the block, mapped to the names in the source. */
    private final Map<Integer, Map<String, String>> blocks = new LinkedHashMap<>();

    /** Whether weights are those of a DINOv3 transformer, which has registers but no position embedding. */
    static boolean isDinoV3(Weights weights) {
        boolean registers = false;
        for (String name : weights.names()) {
            if (name.endsWith("pos_embed") || name.endsWith("position_embeddings")) {
                return false;
            }
            registers |=
                    name.endsWith("storage_tokens") || name.endsWith("reg_token") || name.endsWith("register_tokens");
        }
        return registers;
    }

    /**
     * @throws InvalidInputException if there is no class token or more than one
     */
    DinoV3WeightNames(Weights source) {
        super(source);
        String prefix = VitWeightNames.outerPrefix(source);
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                String local = name.substring(prefix.length());
                Matcher block = BLOCK.matcher(local);
                if (block.matches()) {
                    blocks.computeIfAbsent(Integer.valueOf(block.group(1)), any -> new LinkedHashMap<>())
                            .put(block.group(2), name);
                } else {
                    parts.put(OUTER.getOrDefault(local, local), List.of(name));
                }
            }
        }
        blocks.forEach((number, inner) -> add("blocks." + number + ".", inner));
    }

    private void add(String block, Map<String, String> inner) {
        boolean gated = GATED.stream()
                .anyMatch(pair ->
                        inner.containsKey(pair.get(0) + ".weight") && inner.containsKey(pair.get(1) + ".weight"));
        inner.forEach((local, name) -> {
            Matcher layer = ENDING.matcher(local);
            String stem = layer.matches() ? layer.group(1) : local;
            String ending = layer.matches() ? "." + layer.group(2) : "";
            String official = gated && GATED_END.contains(stem) ? "mlp.w3" : PLAIN.getOrDefault(stem, stem);
            parts.put(block + official + ending, List.of(name));
        });
        LAYERS.forEach((official, choices) -> choices.forEach(from -> {
            for (String ending : List.of(".weight", ".bias")) {
                List<String> names =
                        from.stream().map(part -> inner.get(part + ending)).toList();
                if (!names.contains(null)) {
                    parts.put(block + official + ending, names);
                }
            }
        }));
        List<String> biases = Arrays.asList(
                inner.getOrDefault("attn.q_bias", inner.get("attention.q_proj.bias")),
                inner.getOrDefault("attn.v_bias", inner.get("attention.v_proj.bias")));
        String packed = inner.get("attn.qkv.bias");
        parts.put(
                block + QKV_BIAS,
                packed != null ? List.of(packed) : biases.contains(null) ? List.of() : List.copyOf(biases));
    }

    private static final String QKV_BIAS = "attn.qkv.bias";

    @Override
    public Shape shape(String name) {
        return name.endsWith(QKV_BIAS) ? Shape.of(3 * width()) : super.shape(name);
    }

    private int width() {
        return shape("cls_token").last();
    }

    @Override
    public float[] read(String name) {
        return name.endsWith(QKV_BIAS) ? bias(sources(name)) : super.read(name);
    }

    /** Returns the biases of queries, keys and values. The biases of the keys are 0. */
    private float[] bias(List<String> sources) {
        int width = width();
        float[] bias = new float[3 * width];
        for (int i = 0; i < sources.size(); i++) {
            float[] values = source.read(sources.get(i));
            int expected = sources.size() == 1 ? 3 * width : width;
            if (values.length != expected) {
                throw new InvalidInputException(
                        source.origin() + ", tensor " + sources.get(i),
                        "shape " + source.shape(sources.get(i)),
                        "shape " + Shape.of(expected));
            }
            System.arraycopy(values, 0, bias, 2 * i * width, values.length);
        }
        Arrays.fill(bias, width, 2 * width, 0);
        return bias;
    }
}
