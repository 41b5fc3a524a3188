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
 * The weights of CLIP's image tower with the names of {@link VitConfig#tensors}. Supported sources are OpenAI's
 * archives and open_clip's files ({@code visual.conv1.weight}, …) and files of the model hub, which store query, key
 * and value separately, each also with outer prefixes. The text tower is ignored.
 */
final class ClipWeightNames extends JoinedWeights {
    private static final Pattern CLASS_TOKEN = Pattern.compile("(.*?)(embeddings\\.)?class_embedding");

    /** Prefix that the hub uses for the tensors of the tower but not for the projection. */
    private static final String HUB_TOWER = "vision_model.";

    private static final Pattern OFFICIAL_BLOCK = Pattern.compile("transformer\\.resblocks\\.(\\d+)\\.(.*)");
    private static final Pattern HUB_BLOCK = Pattern.compile("vision_model\\.encoder\\.layers\\.(\\d+)\\.(.*)");

    private static final Map<String, String> OFFICIAL_OUTER = Map.of(
            "class_embedding", "cls_token",
            "positional_embedding", "pos_embed",
            "conv1.weight", "patch_embed.proj.weight",
            // CLIP has no such bias. It has a name, so that VitWeights refuses one that is not 0.
            "conv1.bias", "patch_embed.proj.bias",
            "ln_pre.weight", "norm_pre.weight",
            "ln_pre.bias", "norm_pre.bias",
            "ln_post.weight", "norm.weight",
            "ln_post.bias", "norm.bias",
            "proj", "head.weight");

    private static final Map<String, String> HUB_OUTER = Map.of(
            "vision_model.embeddings.class_embedding", "cls_token",
            "vision_model.embeddings.position_embedding.weight", "pos_embed",
            "vision_model.embeddings.patch_embedding.weight", "patch_embed.proj.weight",
            "vision_model.embeddings.patch_embedding.bias", "patch_embed.proj.bias",
            // The hub spells it this way.
            "vision_model.pre_layrnorm.weight", "norm_pre.weight",
            "vision_model.pre_layrnorm.bias", "norm_pre.bias",
            "vision_model.post_layernorm.weight", "norm.weight",
            "vision_model.post_layernorm.bias", "norm.bias",
            "visual_projection.weight", "head.weight",
            // Refused as well.
            "visual_projection.bias", "head.bias");

    /** Prefixes inside a block, in both naming schemes, that differ from those of DINOv2. */
    private static final Map<String, String> INNER = Map.of(
            "ln_1.", "norm1.",
            "ln_2.", "norm2.",
            "attn.in_proj_", "attn.qkv.",
            "attn.out_proj.", "attn.proj.",
            "mlp.c_fc.", "mlp.fc1.",
            "mlp.c_proj.", "mlp.fc2.",
            "layer_norm1.", "norm1.",
            "layer_norm2.", "norm2.",
            "self_attn.out_proj.", "attn.proj.");

    private static final Pattern HUB_QUERY = Pattern.compile("self_attn\\.q_proj\\.(weight|bias)");

    private final boolean hub;

    /**
     * @throws InvalidInputException if there is no class embedding or more than one
     */
    ClipWeightNames(Weights source) {
        super(source);
        List<Matcher> found = classTokens(source);
        if (found.size() != 1) {
            throw new InvalidInputException(
                    source.origin(),
                    found.size() + " tensors named class_embedding",
                    "the weights of one image tower of CLIP");
        }
        this.hub = found.get(0).group(2) != null;
        String before = found.get(0).group(1);
        String prefix =
                hub && before.endsWith(HUB_TOWER) ? before.substring(0, before.length() - HUB_TOWER.length()) : before;
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                add(name, name.substring(prefix.length()));
            }
        }
    }

    /** Whether a source has the class embedding of an image tower. */
    static boolean isClip(Weights source) {
        return !classTokens(source).isEmpty();
    }

    private static List<Matcher> classTokens(Weights source) {
        List<Matcher> found = new ArrayList<>();
        for (String name : source.names()) {
            Matcher matcher = CLASS_TOKEN.matcher(name);
            if (matcher.matches()) {
                found.add(matcher);
            }
        }
        return found;
    }

    private void add(String name, String local) {
        Matcher block = (hub ? HUB_BLOCK : OFFICIAL_BLOCK).matcher(local);
        String outer = (hub ? HUB_OUTER : OFFICIAL_OUTER).get(local);
        if (outer != null) {
            parts.put(outer, List.of(name));
        } else if (block.matches()) {
            addInner(name, "blocks." + block.group(1) + ".", block.group(2));
        }
    }

    private void addInner(String name, String block, String inner) {
        Matcher query = HUB_QUERY.matcher(inner);
        if (query.matches()) {
            parts.put(
                    block + "attn.qkv." + query.group(1),
                    List.of(name, name.replace(".q_proj.", ".k_proj."), name.replace(".q_proj.", ".v_proj.")));
            return;
        }
        for (Map.Entry<String, String> rename : INNER.entrySet()) {
            if (inner.startsWith(rename.getKey())) {
                String rest = inner.substring(rename.getKey().length());
                parts.put(block + rename.getValue() + rest, List.of(name));
                return;
            }
        }
        parts.put(block + inner, List.of(name));
    }

    /** Whether a tensor is transposed in the source. OpenAI stores the projection transposed. */
    private boolean isTransposed(String name) {
        return !hub && name.equals("head.weight");
    }

    @Override
    public Shape shape(String name) {
        Shape shape = super.shape(name);
        if (name.equals("cls_token") && shape.rank() == 1) {
            return Shape.of(1, 1, shape.axis(0));
        } else if (name.equals("pos_embed") && shape.rank() == 2) {
            return Shape.of(1, shape.axis(0), shape.axis(1));
        } else if (isTransposed(name) && shape.rank() == 2) {
            return Shape.of(shape.axis(1), shape.axis(0));
        }
        return shape;
    }

    @Override
    public float[] read(String name) {
        float[] values = super.read(name);
        return isTransposed(name) ? transposed(values, shape(name)) : values;
    }

    private static float[] transposed(float[] values, Shape to) {
        int rows = to.axis(0);
        int columns = to.axis(1);
        float[] out = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            out[i] = values[i % columns * rows + i / columns];
        }
        return out;
    }
}
