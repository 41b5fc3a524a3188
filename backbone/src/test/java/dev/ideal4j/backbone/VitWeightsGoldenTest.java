package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.testing.Fixture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weights in the files that users have: all give the fixtures' tensors, bit for bit. */
@Tag("golden")
class VitWeightsGoldenTest {
    @ParameterizedTest
    @CsvSource({
        "dinov2_tiny.pth, dinov2_tiny",
        "dinov2_tiny_hf.safetensors, dinov2_tiny",
        "dinov2_tiny_reg4.pth, dinov2_tiny_reg4"
    })
    void filesHoldTheSeededWeights(String file, String model) {
        VitWeights expected = GoldenVit.weights(Fixture.open("backbone/" + model + ".safetensors"));
        try (WeightFile weights = Checkpoints.open(Fixture.file("backbone/" + file))) {
            VitWeights found = VitWeights.of(weights);
            found = found.with(found.config().withHeads(expected.config().heads()));
            assertThat(found.config()).isEqualTo(expected.config());
            for (String name : expected.tensors().names()) {
                assertThat(found.tensors().read(name))
                        .as(name)
                        .isEqualTo(expected.tensors().read(name));
            }
            assertThat(Fingerprint.of(found.tensors())).isEqualTo(Fingerprint.of(expected.tensors()));
        }
    }

    @Test
    void aTracedModelHoldsATransformer() {
        Fixture trace = Fixture.open("ideal/trace_tiny_n1a1.safetensors");
        try (WeightFile weights = Checkpoints.open(Fixture.file("ideal/trace_tiny_n1a1.pt"))) {
            VitWeights found = VitWeights.of(weights);
            assertThat(trace.meta("encoder"))
                    .isEqualTo("vit embed " + found.config().width() + " depth "
                            + found.config().depth() + " heads "
                            + found.config().heads());
            VitWeights expected = VitWeights.seeded(found.config(), trace.meta("seed_prefix") + "vision_encoder.");
            assertThat(found.tensors().read("blocks.0.attn.qkv.weight"))
                    .isEqualTo(expected.tensors().read("blocks.0.attn.qkv.weight"));
        }
    }
}
