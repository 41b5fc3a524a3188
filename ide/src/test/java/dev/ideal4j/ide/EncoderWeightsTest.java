package dev.ideal4j.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SeededWeights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EncoderWeightsTest {
    private static final int VECTORS = 5;
    private static final int WIDTH = 16;

    private static Map<String, Shape> renamed(UnaryOperator<String> names) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        EncoderWeights.shapes(VECTORS, WIDTH).forEach((name, shape) -> shapes.put(names.apply(name), shape));
        return shapes;
    }

    private static EncoderWeights load(Map<String, Shape> shapes) {
        return new EncoderWeights(new SeededWeights("test/", shapes));
    }

    @Test
    void sizesFollowFromTheShapes() {
        EncoderWeights weights = load(renamed(name -> name));
        assertThat(weights.vectors()).isEqualTo(VECTORS);
        assertThat(weights.width()).isEqualTo(WIDTH);
        assertThat(weights.names())
                .containsExactlyElementsOf(EncoderWeights.shapes(VECTORS, WIDTH).keySet());
    }

    @Test
    void findsOlderNamesAndNamesInsideArchives() {
        Map<String, Shape> shapes = renamed(name -> "model." + name.replace("learnable_vectors", "learnable_proxies"));
        shapes.put("model.vision_encoder.norm.weight", Shape.of(WIDTH));
        shapes.put("my_norm_out.weight", Shape.of(WIDTH));
        EncoderWeights weights = load(shapes);
        assertThat(weights.read("learnable_vectors.weight"))
                .isEqualTo(new SeededWeights("test/", shapes).read("model.learnable_proxies.weight"));
        assertThat(weights.vectors()).isEqualTo(VECTORS);
    }

    @Test
    void namesWhatIsMissing() {
        Map<String, Shape> shapes = renamed(name -> name);
        shapes.remove("ffn_layer.fc2.bias");
        assertThatThrownBy(() -> load(shapes))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ffn_layer.fc2.bias")
                .hasMessageContaining("test/");
    }

    @Test
    void refusesTwoEncodersInOneFile() {
        Map<String, Shape> shapes = renamed(name -> name);
        shapes.putAll(renamed(name -> "ema." + name));
        assertThatThrownBy(() -> load(shapes))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("ema.learnable_vectors.weight");
    }

    @Test
    void refusesShapesThatDoNotFitTogether() {
        Map<String, Shape> shapes = renamed(name -> name);
        shapes.put("cro_attn.multihead_attn.in_proj_weight", Shape.of(3 * WIDTH, WIDTH + 1));
        assertThatThrownBy(() -> load(shapes))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("in_proj_weight")
                .hasMessageContaining("[48, 17]")
                .hasMessageContaining("[48, 16]");
        shapes.put("learnable_vectors.weight", Shape.of(VECTORS));
        assertThatThrownBy(() -> load(shapes)).isInstanceOf(InvalidInputException.class);
    }
}
