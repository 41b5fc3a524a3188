package dev.ideal4j.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InitialEncoderWeightsTest {
    private static final int WIDTH = 96;
    private final InitialEncoderWeights weights = new InitialEncoderWeights(45, WIDTH, 7);

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
            assertThat(new InitialEncoderWeights(45, WIDTH, 7).read(name)).isEqualTo(weights.read(name));
        }
        assertThat(new InitialEncoderWeights(45, WIDTH, 8).read("ffn_layer.fc1.weight"))
                .isNotEqualTo(weights.read("ffn_layer.fc1.weight"));
        assertThat(weights.read("learnable_vectors.weight"))
                .startsWith(new InitialEncoderWeights(1, 4, 7).read("learnable_vectors.weight"));
    }
}
