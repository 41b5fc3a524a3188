package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.testing.Fixture;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files as PyTorch and the model hub write them: all names, shapes and bits. */
@Tag("golden")
class CheckpointsGoldenTest {
    @ParameterizedTest
    @CsvSource({
        "backbone/dinov2_tiny.pth, backbone/dinov2_tiny.safetensors",
        "backbone/dinov2_tiny_reg4.pth, backbone/dinov2_tiny_reg4.safetensors",
        "ideal/ideal_n1a1_checkpoint.pth, ideal/ideal_n1a1.safetensors"
    })
    void readsWhatTorchSaved(String checkpoint, String fixture) {
        String prefix = Fixture.open(fixture).meta("seed_prefix");
        try (WeightFile weights = Checkpoints.open(Fixture.file(checkpoint))) {
            assertThat(weights.names()).hasSizeGreaterThan(10);
            assertSeeded(weights, weights.names(), prefix, "");
        }
    }

    @Test
    void keepsTheOrderOfTheFile() {
        try (WeightFile weights = Checkpoints.open(Fixture.file("backbone/dinov2_tiny.pth"))) {
            assertThat(weights.names())
                    .startsWith("cls_token", "pos_embed", "mask_token", "patch_embed.proj.weight")
                    .endsWith("norm.weight", "norm.bias");
            assertThat(weights.shape("pos_embed")).isEqualTo(Shape.of(1, 1370, 64));
        }
    }

    @Test
    void readsWeightsOutOfATorchScriptArchive() {
        Path file = Fixture.file("ideal/trace_tiny_n1a1.pt");
        String prefix = Fixture.open("ideal/trace_tiny_n1a1.safetensors").meta("seed_prefix");
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThat(weights.names())
                    .contains("model.vision_encoder.patch_embed.proj.weight")
                    .anyMatch(name -> name.endsWith("cro_attn.multihead_attn.in_proj_weight"));
            // The one constant of the traced model: a window that sums a mask.
            Set<String> learned = new LinkedHashSet<>(weights.names());
            assertThat(learned.remove("model.mask_downsample.weight")).isTrue();
            assertThat(weights.read("model.mask_downsample.weight")).containsOnly(1f);
            assertSeeded(weights, learned, prefix, "model.");
        }
    }

    /** The hub's file holds the weights of the checkpoint beside it under other names, query, key and value apart. */
    @Test
    void readsTheHubsSafetensors() {
        try (WeightFile hub = Checkpoints.open(Fixture.file("backbone/dinov2_tiny_hf.safetensors"));
                WeightFile official = Checkpoints.open(Fixture.file("backbone/dinov2_tiny.pth"))) {
            assertThat(hub.metadata()).containsEntry("format", "pt");
            assertThat(hub.read("embeddings.cls_token")).isEqualTo(official.read("cls_token"));
            assertThat(hub.shape("embeddings.position_embeddings")).isEqualTo(official.shape("pos_embed"));
            assertThat(hub.read("embeddings.patch_embeddings.projection.weight"))
                    .isEqualTo(official.read("patch_embed.proj.weight"));
            float[] packed = official.read("blocks.1.attn.qkv.weight");
            int part = packed.length / 3;
            List<String> parts = List.of("query", "key", "value");
            for (int i = 0; i < 3; i++) {
                float[] apart = hub.read("encoder.layer.1.attention.attention." + parts.get(i) + ".weight");
                assertThat(Arrays.equals(apart, 0, part, packed, i * part, (i + 1) * part))
                        .as(parts.get(i))
                        .isTrue();
            }
        }
    }

    /** {@code outer} is the part of each name that was added after its values were drawn. */
    private static void assertSeeded(WeightFile weights, Set<String> names, String prefix, String outer) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        names.forEach(name -> shapes.put(name.substring(outer.length()), weights.shape(name)));
        SeededWeights expected = new SeededWeights(prefix, shapes);
        for (String name : names) {
            assertThat(name).startsWith(outer);
            assertThat(Arrays.equals(weights.read(name), expected.read(name.substring(outer.length()))))
                    .as("bits of " + name)
                    .isTrue();
        }
    }
}
