package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.VitConfig.Position;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.LinkedHashMap;
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
            tensors.put("teacher." + name, shape);
            tensors.put("student." + name, shape);
        });
        assertThatThrownBy(() -> VitWeights.of(new SeededWeights("two/", tensors)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("teacher.")
                .hasMessageContaining("student.");
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

    @Test
    void lastLayersAreCounted() {
        assertThat(GATED.lastLayers(2)).containsExactly(1, 2);
        assertThatThrownBy(() -> GATED.lastLayers(4)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> GATED.lastLayers(0)).isInstanceOf(InvalidInputException.class);
    }
}
