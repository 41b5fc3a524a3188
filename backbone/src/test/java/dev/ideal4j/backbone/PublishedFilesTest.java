package dev.ideal4j.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.testing.Close;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that timm and transformers wrote, with what these libraries compute from them: {@code published/make.py}. */
class PublishedFilesTest {
    private static final double TOLERANCE = 1e-4;
    private static final int SIDE = 16;
    private static final int WIDTH = 32;
    private static final int BLOCKS = 2;

    static Stream<Arguments> files() {
        return BackendsUnderTest.with(
                "timm_dinov2.safetensors",
                "timm_dinov2_reg4.safetensors",
                "timm_dinov2_swiglu.safetensors",
                "timm_dinov3.safetensors",
                "timm_dinov3_plus.safetensors",
                "timm_dinov3_qkvb.safetensors",
                "timm_clip.safetensors",
                "wrapped_dinov2.pth",
                "hub_dinov2/model.safetensors.index.json",
                "hub_dinov2_swiglu/model.safetensors",
                "hub_dinov2_reg4/model.safetensors",
                "hub_dinov3/model.safetensors",
                "hub_dinov3_gated/model.safetensors",
                "hub_clip/model.safetensors",
                "hub_clip_vision/model.safetensors");
    }

    @ParameterizedTest
    @MethodSource("files")
    void filesOfTimmAndTransformersGiveTheirTokens(String backendName, String file) {
        String name = file.replaceFirst("[./].*", "");
        try (WeightFile outputs = Checkpoints.open(resource("outputs.safetensors"));
                WeightFile weights = Checkpoints.open(resource(file));
                Backend backend = Backends.open(backendName)) {
            VitWeights read = VitWeights.of(weights);
            VitWeights heads = read.with(read.config().withHeads(2));
            try (VisionTransformer network = VisionTransformer.load(heads, backend);
                    Scope scope = backend.scope()) {
                Tensor images = scope.upload(outputs.read("pixels"), 1, 3, SIDE, SIDE);
                int[] last = {BLOCKS - 1};
                VisionTransformer.Layers raw = network.layers(images, last, false, scope);
                compare(name + "/last", raw, outputs);
                compare(name + "/final", network.layers(images, last, true, scope), outputs);
                if (network.config().style().projection() > 0) {
                    String embedding = name + "/embedding";
                    Tensor classToken = raw.classTokens().reshape(1, WIDTH);
                    float[] found = network.imageEmbedding(classToken, scope).toArray();
                    Close.assertClose(embedding, found, outputs.read(embedding), TOLERANCE);
                }
            }
            assertThat(name.contains("clip")).isEqualTo(outputs.names().contains(name + "/embedding"));
        }
    }

    private static void compare(String name, VisionTransformer.Layers found, WeightFile outputs) {
        float[] tokens = outputs.read(name);
        Close.assertClose(
                name + " class token", found.classTokens().toArray(), Arrays.copyOf(tokens, WIDTH), TOLERANCE);
        float[] patches = Arrays.copyOfRange(tokens, WIDTH, tokens.length);
        Close.assertClose(name + " patches", found.patches().toArray(), patches, TOLERANCE);
    }

    private static Path resource(String name) {
        try {
            return Path.of(
                    PublishedFilesTest.class.getResource("/published/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
