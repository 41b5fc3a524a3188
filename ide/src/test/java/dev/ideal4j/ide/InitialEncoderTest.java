package dev.ideal4j.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.nn.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A fresh encoder: the published names, shapes and distributions. */
class InitialEncoderTest {
    private static final int VECTORS = 45;
    private static final int WIDTH = 96;

    private Backend backend;
    private Scope scope;
    private Parameters weights;

    @BeforeEach
    void open() {
        backend = Backends.open("reference");
        scope = backend.scope();
        weights = fresh(7);
    }

    @AfterEach
    void close() {
        scope.close();
        backend.close();
    }

    private Parameters fresh(long seed) {
        Parameters parameters = Parameters.fresh(scope, seed);
        assertThat(new IntrinsicDeviationEncoder(parameters, VECTORS, WIDTH, 8).vectors())
                .isEqualTo(VECTORS);
        return parameters;
    }

    @Test
    void hasThePublishedNamesAndShapesInOrder() {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        weights.names().forEach(name -> shapes.put(name, weights.shape(name)));
        assertThat(shapes).containsExactlyEntriesOf(EncoderWeights.shapes(VECTORS, WIDTH));
    }

    @Test
    void headsMustDivideTheWidth() {
        Parameters parameters = Parameters.fresh(scope, 1);
        assertThatThrownBy(() -> new IntrinsicDeviationEncoder(parameters, VECTORS, WIDTH, 7))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("96");
    }

    private static double deviation(float[] values) {
        double mean = IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .average()
                .orElseThrow();
        double variance = IntStream.range(0, values.length)
                .mapToDouble(i -> (values[i] - mean) * (values[i] - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(0, within(4 * Math.sqrt(variance / values.length)));
        return Math.sqrt(variance);
    }

    @Test
    void followsThePublishedDistributions() {
        assertThat(deviation(weights.read("learnable_vectors.weight"))).isCloseTo(1, within(0.03));
        float[] projection = weights.read("cro_attn.multihead_attn.in_proj_weight");
        double bound = Math.sqrt(6.0 / (4 * WIDTH));
        assertThat(projection).doesNotContain(Float.NaN);
        assertThat(max(projection)).isBetween((float) (0.99 * bound), (float) bound);
        assertThat(deviation(projection)).isCloseTo(bound / Math.sqrt(3), within(0.002));
        for (String name :
                new String[] {"cro_attn.multihead_attn.out_proj.weight", "ffn_layer.fc1.weight", "ffn_layer.fc2.weight"
                }) {
            float[] values = weights.read(name);
            assertThat(max(values)).as(name).isBetween(0.025f, 0.03f);
            // A normal distribution cut at 3σ has 0.9866 of its deviation.
            assertThat(deviation(values)).as(name).isCloseTo(0.009866, within(0.0003));
        }
        assertThat(weights.read("norm_out.weight")).containsOnly(1);
        assertThat(weights.read("cro_attn.norm.bias")).containsOnly(0);
        assertThat(weights.read("cro_attn.multihead_attn.in_proj_bias")).containsOnly(0);
    }

    private static float max(float[] values) {
        float max = 0;
        for (float value : values) {
            max = Math.max(max, Math.abs(value));
        }
        return max;
    }

    @Test
    void sameSeedSameBits() {
        for (String name : weights.names()) {
            assertThat(fresh(7).read(name)).isEqualTo(weights.read(name));
        }
        assertThat(fresh(8).read("ffn_layer.fc1.weight")).isNotEqualTo(weights.read("ffn_layer.fc1.weight"));
    }
}
