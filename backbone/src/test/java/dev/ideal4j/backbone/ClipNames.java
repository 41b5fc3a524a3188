package dev.ideal4j.backbone;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.testing.Fixture;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Image towers of CLIP for tests, under the names of their publishers, made independently of the tables under test. */
public final class ClipNames {
    private ClipNames() {}

    /** The shape of the fixture's tower. */
    static VitConfig tiny(Fixture fixture) {
        int width = fixture.metaInt("width");
        int patch = fixture.metaInt("patch");
        return new VitConfig(
                width,
                fixture.metaInt("layers"),
                fixture.metaInt("heads"),
                4 * width,
                false,
                0,
                patch,
                fixture.metaInt("native_size") / patch,
                VitConfig.Position.REGISTERS,
                VitConfig.Style.clip(Activation.QUICK_GELU, fixture.metaInt("embed_dim")));
    }

    /** Seeded weights under OpenAI's names, as open_clip has them too. */
    public static Weights official(VitConfig config, String prefix) {
        int c = config.width();
        Map<String, Shape> shapes = new LinkedHashMap<>();
        shapes.put("visual.class_embedding", Shape.of(c));
        shapes.put("visual.positional_embedding", Shape.of(1 + config.grid() * config.grid(), c));
        shapes.put("visual.conv1.weight", Shape.of(c, 3, config.patchSize(), config.patchSize()));
        shapes.put("visual.proj", Shape.of(c, config.style().projection()));
        for (String norm : new String[] {"ln_pre", "ln_post"}) {
            shapes.put("visual." + norm + ".weight", Shape.of(c));
            shapes.put("visual." + norm + ".bias", Shape.of(c));
        }
        for (int i = 0; i < config.depth(); i++) {
            String block = "visual.transformer.resblocks." + i + ".";
            for (String norm : new String[] {"ln_1", "ln_2"}) {
                shapes.put(block + norm + ".weight", Shape.of(c));
                shapes.put(block + norm + ".bias", Shape.of(c));
            }
            shapes.put(block + "attn.in_proj_weight", Shape.of(3 * c, c));
            shapes.put(block + "attn.in_proj_bias", Shape.of(3 * c));
            shapes.put(block + "attn.out_proj.weight", Shape.of(c, c));
            shapes.put(block + "attn.out_proj.bias", Shape.of(c));
            shapes.put(block + "mlp.c_fc.weight", Shape.of(config.hidden(), c));
            shapes.put(block + "mlp.c_fc.bias", Shape.of(config.hidden()));
            shapes.put(block + "mlp.c_proj.weight", Shape.of(c, config.hidden()));
            shapes.put(block + "mlp.c_proj.bias", Shape.of(c));
        }
        // The text tower's, which are to be left out.
        shapes.put("positional_embedding", Shape.of(77, 8));
        shapes.put("transformer.resblocks.0.ln_1.weight", Shape.of(8));
        shapes.put("ln_final.weight", Shape.of(8));
        return new SeededWeights(prefix, shapes);
    }

    /** The same values under the model hub's names. */
    static Weights hub(Weights official, VitConfig config) {
        ArrayWeights hub = new ArrayWeights("hub");
        int c = config.width();
        move(official, "visual.class_embedding", hub, "vision_model.embeddings.class_embedding");
        move(official, "visual.positional_embedding", hub, "vision_model.embeddings.position_embedding.weight");
        move(official, "visual.conv1.weight", hub, "vision_model.embeddings.patch_embedding.weight");
        for (String kind : new String[] {"weight", "bias"}) {
            move(official, "visual.ln_pre." + kind, hub, "vision_model.pre_layrnorm." + kind);
            move(official, "visual.ln_post." + kind, hub, "vision_model.post_layernorm." + kind);
            for (int i = 0; i < config.depth(); i++) {
                String from = "visual.transformer.resblocks." + i + ".";
                String to = "vision_model.encoder.layers." + i + ".";
                move(official, from + "ln_1." + kind, hub, to + "layer_norm1." + kind);
                move(official, from + "ln_2." + kind, hub, to + "layer_norm2." + kind);
                move(official, from + "attn.out_proj." + kind, hub, to + "self_attn.out_proj." + kind);
                move(official, from + "mlp.c_fc." + kind, hub, to + "mlp.fc1." + kind);
                move(official, from + "mlp.c_proj." + kind, hub, to + "mlp.fc2." + kind);
                float[] all = official.read(from + "attn.in_proj_" + kind);
                Shape shape = official.shape(from + "attn.in_proj_" + kind).withFirst(c);
                int size = (int) shape.size();
                for (int part = 0; part < 3; part++) {
                    String name = to + "self_attn." + "qkv".charAt(part) + "_proj." + kind;
                    hub.put(name, shape, Arrays.copyOfRange(all, part * size, (part + 1) * size));
                }
            }
        }
        int embedding = config.style().projection();
        float[] given = official.read("visual.proj");
        float[] turned = new float[given.length];
        for (int i = 0; i < c; i++) {
            for (int j = 0; j < embedding; j++) {
                turned[j * c + i] = given[i * embedding + j];
            }
        }
        hub.put("visual_projection.weight", Shape.of(embedding, c), turned);
        hub.put("text_model.embeddings.position_embedding.weight", Shape.of(1), new float[1]);
        return hub;
    }

    private static void move(Weights from, String name, ArrayWeights to, String newName) {
        to.put(newName, from.shape(name), from.read(name));
    }
}
