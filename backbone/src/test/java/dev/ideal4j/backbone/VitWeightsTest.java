package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.VitConfig.Position;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Activation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VitWeightsTest {
    private static final VitConfig TINY = new VitConfig(128, 2, 2, 256, false, 0, 14, 4, Position.PLAIN);
    private static final VitConfig GATED = new VitConfig(64, 3, 1, 88, true, 4, 14, 4, Position.REGISTERS);

    private static Weights renamed(VitConfig config, UnaryOperator<String> rename) {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        config.tensors().forEach((name, shape) -> tensors.put(rename.apply(name), shape));
        return new SeededWeights("renamed/", tensors);
    }

    @Test
    void readsTheShapeOffTheWeights() {
        for (VitConfig config : new VitConfig[] {TINY, GATED}) {
            assertThat(VitWeights.of(renamed(config, name -> name)).config()).isEqualTo(config);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dinov2_vits14",
                "dinov2_vitb14",
                "dinov2_vitl14",
                "dinov2_vitg14",
                "dinov2_vits14_reg",
                "dinov2_vitb14_reg",
                "dinov2_vitl14_reg",
                "dinov2_vitg14_reg",
                "dinov3_vits16",
                "dinov3_vits16plus",
                "dinov3_vitb16",
                "dinov3_vitl16",
                "dinov3_vitl16plus",
                "dinov3_vith16plus",
                "dinov3_vit7b16"
            })
    void knowsThePublishedModels(String name) {
        VitConfig config = VitConfig.named(name);
        assertThat(VitWeights.of(renamed(config, tensor -> tensor)).config()).isEqualTo(config);
        assertThat(config.name()).isEqualTo(name);
        assertThat(config.with(Position.PLAIN).name()).isEqualTo(name);
    }

    @Test
    void refusesOtherNames() {
        assertThatThrownBy(() -> VitConfig.named("dinov4_vits16"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("dinov4_vits16");
        assertThat(TINY.name()).isEqualTo("vit_128x2");
        assertThat(GATED.name()).isEqualTo("vit_64x3_reg4");
    }

    @Test
    void findsTheTransformerBelowOuterNames() {
        Weights traced = renamed(TINY, name -> "model.vision_encoder." + name);
        VitWeights found = VitWeights.of(traced);
        assertThat(found.config()).isEqualTo(TINY);
        assertThat(found.tensors().read("blocks.1.norm2.bias"))
                .isEqualTo(traced.read("model.vision_encoder.blocks.1.norm2.bias"));
    }

    private static String hub(String name) {
        return switch (name) {
            case "cls_token", "register_tokens" -> "embeddings." + name;
            case "pos_embed" -> "embeddings.position_embeddings";
            case "patch_embed.proj.weight", "patch_embed.proj.bias" ->
                name.replace("patch_embed.proj", "embeddings.patch_embeddings.projection");
            case "norm.weight", "norm.bias" -> name.replace("norm", "layernorm");
            default ->
                name.replace("blocks.", "encoder.layer.")
                        .replace("attn.proj", "attention.o_proj")
                        .replace("ls1.gamma", "layer_scale1.lambda1")
                        .replace("ls2.gamma", "layer_scale2.lambda1")
                        .replace("mlp.w3", "mlp.down_proj");
        };
    }

    /** As version 5 of transformers names the layers: queries, keys, values, gates and values each apart. */
    @Test
    void understandsTheHubsNewerNames() {
        VitWeights expected = VitWeights.of(renamed(GATED, name -> name));
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String name : expected.tensors().names()) {
            List<String> apart = name.contains("attn.qkv")
                    ? List.of("attention.q_proj", "attention.k_proj", "attention.v_proj")
                    : name.contains("mlp.w12") ? List.of("mlp.gate_proj", "mlp.up_proj") : List.of("");
            float[] all = expected.tensors().read(name);
            Shape shape = expected.tensors().shape(name);
            for (int part = 0; part < apart.size(); part++) {
                String own =
                        apart.size() == 1 ? hub(name) : hub(name.replaceFirst("attn.qkv|mlp.w12", apart.get(part)));
                int size = all.length / apart.size();
                values.put(own, Arrays.copyOfRange(all, part * size, (part + 1) * size));
                shapes.put(own, shape.withFirst(shape.axis(0) / apart.size()));
            }
        }
        same(VitWeights.of(DinoV3Names.of(values, shapes)), expected);
    }

    private static void same(VitWeights found, VitWeights expected) {
        assertThat(found.config()).isEqualTo(expected.config());
        for (String name : expected.tensors().names()) {
            assertThat(found.tensors().read(name))
                    .as(name)
                    .isEqualTo(expected.tensors().read(name));
        }
    }

    /** timm's giant packs gate and value as fc1. */
    @Test
    void understandsTimmsGatedLayers() {
        Weights official = renamed(GATED, name -> name);
        Weights timm = DinoV3Names.changed(
                official, name -> name.replace("mlp.w12", "mlp.fc1").replace("mlp.w3", "mlp.fc2"));
        same(VitWeights.of(timm), VitWeights.of(official));
    }

    @Test
    void wrappersOfNamesAreTakenOffAndTheTeacherIsTaken() {
        Weights official = renamed(TINY, name -> name);
        VitWeights expected = VitWeights.of(official);
        same(
                VitWeights.of(DinoV3Names.changed(
                        official,
                        name -> "module.backbone._orig_mod."
                                + name.replace("blocks.1.", "blocks.1._checkpoint_wrapped_module."))),
                expected);
        Map<String, Shape> shapes = new LinkedHashMap<>();
        Map<String, float[]> values = new LinkedHashMap<>();
        for (String name : official.names()) {
            shapes.put("student.backbone." + name, official.shape(name));
            values.put(
                    "student.backbone." + name,
                    new float[(int) official.shape(name).size()]);
            shapes.put("teacher.backbone." + name, official.shape(name));
            values.put("teacher.backbone." + name, official.read(name));
        }
        same(VitWeights.of(DinoV3Names.of(values, shapes)), expected);
    }

    /** timm adds the class token's position to the token and stores positions of patches alone. */
    @Test
    void understandsTimmsModelsWithRegisters() {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        VitConfig config = new VitConfig(64, 1, 1, 96, false, 4, 14, 4, Position.REGISTERS);
        config.tensors().forEach((name, shape) -> tensors.put(name.replace("register_tokens", "reg_token"), shape));
        tensors.put("pos_embed", Shape.of(1, 16, 64));
        Weights timm = new SeededWeights("timm/", tensors);
        VitWeights found = VitWeights.of(timm);
        assertThat(found.config()).isEqualTo(config);
        assertThat(found.positions(4, 4)).isEqualTo(timm.read("pos_embed"));
        assertThat(found.prefix()).startsWith(timm.read("cls_token")).endsWith(timm.read("reg_token"));
    }

    @Test
    void understandsTimmsNormOfModelsThatPool() {
        Weights timm = renamed(TINY, name -> name.replaceFirst("^norm", "fc_norm"));
        assertThat(VitWeights.of(timm).tensors().read("norm.weight")).isEqualTo(timm.read("fc_norm.weight"));
    }

    @Test
    void understandsBlocksInChunks() {
        Weights chunked = renamed(TINY, name -> name.replaceFirst("^blocks\\.(\\d)", "blocks.$1.$1"));
        VitWeights found = VitWeights.of(chunked);
        assertThat(found.config()).isEqualTo(TINY);
        assertThat(found.tensors().read("blocks.1.ls1.gamma")).isEqualTo(chunked.read("blocks.1.1.ls1.gamma"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "dinov2."})
    void understandsTheModelHubsNames(String prefix) {
        Weights hub = hub(prefix, 128);
        VitWeights found = VitWeights.of(hub);
        assertThat(found.config()).isEqualTo(new VitConfig(128, 1, 2, 88, true, 4, 14, 4, Position.REGISTERS));
        Weights tensors = found.tensors();
        String self = prefix + "encoder.layer.0.attention.attention.";
        float[] qkv = tensors.read("blocks.0.attn.qkv.weight");
        assertThat(qkv).startsWith(hub.read(self + "query.weight"));
        assertThat(qkv).endsWith(hub.read(self + "value.weight"));
        assertThat(qkv[128 * 128]).isEqualTo(hub.read(self + "key.weight")[0]);
        assertThat(tensors.read("blocks.0.ls2.gamma"))
                .isEqualTo(hub.read(prefix + "encoder.layer.0.layer_scale2.lambda1"));
        assertThat(tensors.read("norm.bias")).isEqualTo(hub.read(prefix + "layernorm.bias"));
    }

    private static Weights hub(String prefix, int keyWidth) {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        String embeddings = prefix + "embeddings.";
        tensors.put(embeddings + "cls_token", Shape.of(1, 1, 128));
        tensors.put(embeddings + "mask_token", Shape.of(1, 128));
        tensors.put(embeddings + "register_tokens", Shape.of(1, 4, 128));
        tensors.put(embeddings + "position_embeddings", Shape.of(1, 17, 128));
        tensors.put(embeddings + "patch_embeddings.projection.weight", Shape.of(128, 3, 14, 14));
        tensors.put(embeddings + "patch_embeddings.projection.bias", Shape.of(128));
        String block = prefix + "encoder.layer.0.";
        for (String part : new String[] {"query", "key", "value"}) {
            int width = part.equals("key") ? keyWidth : 128;
            tensors.put(block + "attention.attention." + part + ".weight", Shape.of(128, width));
            tensors.put(block + "attention.attention." + part + ".bias", Shape.of(128));
        }
        tensors.put(block + "attention.output.dense.weight", Shape.of(128, 128));
        tensors.put(block + "attention.output.dense.bias", Shape.of(128));
        tensors.put(block + "layer_scale1.lambda1", Shape.of(128));
        tensors.put(block + "layer_scale2.lambda1", Shape.of(128));
        for (String norm : new String[] {block + "norm1", block + "norm2", prefix + "layernorm"}) {
            tensors.put(norm + ".weight", Shape.of(128));
            tensors.put(norm + ".bias", Shape.of(128));
        }
        tensors.put(block + "mlp.weights_in.weight", Shape.of(176, 128));
        tensors.put(block + "mlp.weights_in.bias", Shape.of(176));
        tensors.put(block + "mlp.weights_out.weight", Shape.of(128, 88));
        tensors.put(block + "mlp.weights_out.bias", Shape.of(128));
        return new SeededWeights("hub/", tensors);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> VitWeights.of(renamed(TINY, name -> name.replace("blocks.1.attn.proj.bias", "lost"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("renamed/")
                .hasMessageContaining("blocks.1.attn.proj.bias")
                .hasMessageContaining("found none, expected shape [128]");
        assertThatThrownBy(() -> VitWeights.of(renamed(TINY, name -> "x" + name)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none named cls_token");
        assertThatThrownBy(() -> VitWeights.of(renamed(TINY, name -> name.replace("pos_embed", "lost"))))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("without pos_embed");
    }

    @Test
    void namesWhatHasAnotherShape() {
        Map<String, Shape> tensors = new LinkedHashMap<>(TINY.tensors());
        tensors.put("blocks.0.mlp.fc1.weight", Shape.of(256, 127));
        assertThatThrownBy(() -> VitWeights.of(new SeededWeights("bad/", tensors)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("blocks.0.mlp.fc1.weight: found shape [256, 127], expected shape [256, 128]");
        tensors.put("pos_embed", Shape.of(1, 19, 128));
        assertThatThrownBy(() -> VitWeights.of(new SeededWeights("bad/", tensors)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("pos_embed: found 19 positions");
        tensors.put("pos_embed", Shape.of(17, 128));
        assertThatThrownBy(() -> VitWeights.of(new SeededWeights("bad/", tensors)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("pos_embed: found shape [17, 128], expected 3 axes");
        assertThatThrownBy(() -> VitWeights.of(hub("", 64)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("attention.attention.key.weight: found shape [128, 64]");
    }

    @Test
    void refusesSeveralTransformersInOneFile() {
        Map<String, Shape> tensors = new LinkedHashMap<>();
        TINY.tensors().forEach((name, shape) -> {
            tensors.put("left." + name, shape);
            tensors.put("right." + name, shape);
        });
        assertThatThrownBy(() -> VitWeights.of(new SeededWeights("two/", tensors)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("left.")
                .hasMessageContaining("right.");
    }

    @Test
    void headsCanBeStated() {
        VitWeights weights = VitWeights.of(renamed(TINY, name -> name));
        assertThat(weights.with(weights.config().withHeads(8)).config().heads()).isEqualTo(8);
        assertThatThrownBy(() -> weights.config().withHeads(3))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("heads")
                .hasMessageContaining("128");
        assertThatThrownBy(() -> weights.with(GATED)).isInstanceOf(InvalidInputException.class);
    }

    /** timm's CLIP has a bias of the projection, which is 0 in files made from CLIP; others have norms of queries. */
    @ParameterizedTest
    @ValueSource(strings = {"head.bias", "blocks.1.attn.q_norm.weight", "patch_embed.proj.bias", "norm_pre.gain"})
    void aTensorThatWouldBeIgnoredIsRefused(String name) {
        VitConfig clip = new VitConfig(
                128, 2, 2, 256, false, 0, 14, 4, Position.REGISTERS, VitConfig.Style.clip(Activation.QUICK_GELU, 24));
        Weights whole = renamed(clip, tensor -> tensor);
        ArrayWeights more = new ArrayWeights("more");
        whole.names().forEach(tensor -> more.put(tensor, whole.shape(tensor), whole.read(tensor)));
        more.put(name, Shape.of(24), new float[24]).put("logit_scale", Shape.of(1), new float[] {2});
        assertThat(VitWeights.of(more).config()).isEqualTo(VitWeights.of(whole).config());
        float[] values = new float[24];
        values[17] = 0.1f;
        more.put(name, Shape.of(24), values);
        assertThatThrownBy(() -> VitWeights.of(more))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a tensor " + name + " that is not 0");
    }
}
