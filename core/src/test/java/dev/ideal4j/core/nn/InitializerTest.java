package dev.ideal4j.core.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Shape;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InitializerTest {
    private static final Shape SHAPE = Shape.of(200, 300);
    private static final int COUNT = 200 * 300;

    private static float[] draw(Initializer initializer, Shape shape) {
        return initializer.values(shape, new Random(3));
    }

    /** Mean of {@code xⁿ}. */
    private static double moment(float[] values, int n) {
        return IntStream.range(0, values.length)
                .mapToDouble(i -> Math.pow(values[i], n))
                .average()
                .orElseThrow();
    }

    /** Mean, variance and fourth moment within five deviations of what 60,000 draws scatter by. */
    private static void assertMoments(float[] values, double variance, double fourth) {
        assertThat(values).hasSize(COUNT);
        assertThat(moment(values, 1)).isCloseTo(0, within(5 * Math.sqrt(variance / COUNT)));
        double scatter = Math.sqrt((fourth - variance * variance) / COUNT);
        assertThat(moment(values, 2)).isCloseTo(variance, within(5 * scatter));
        assertThat(moment(values, 4)).isCloseTo(fourth, within(0.06 * fourth));
    }

    @Test
    void normal() {
        assertMoments(draw(Initializer.normal(0.5), SHAPE), 0.25, 3 * 0.0625);
    }

    @Test
    void truncatedNormalStaysWithinItsLimit() {
        float[] values = draw(Initializer.truncatedNormal(1, 1.5), SHAPE);
        // Integrals of x² and x⁴ over the density of the normal between ±1.5, by its recurrence.
        double inside = 0.8663855974622838;
        double edge = 2 * 1.5 * Math.exp(-1.125) / Math.sqrt(2 * Math.PI) / inside;
        double variance = 1 - edge;
        double fourth = 3 * variance - 1.5 * 1.5 * edge;
        assertMoments(values, variance, fourth);
        for (float value : values) {
            assertThat(Math.abs(value)).isLessThanOrEqualTo(1.5f);
        }
    }

    @Test
    void xavierIsUniformWithinItsBound() {
        assertUniform(draw(Initializer.xavierUniform(), SHAPE), Math.sqrt(6.0 / 500));
    }

    @Test
    void xavierCountsTheFieldOfAConvolution() {
        assertUniform(draw(Initializer.xavierUniform(), Shape.of(40, 60, 5, 5)), Math.sqrt(6.0 / (100 * 25)));
    }

    @Test
    void fanInIsUniformWithinItsBound() {
        assertUniform(draw(Initializer.uniformFanIn(300), SHAPE), 1 / Math.sqrt(300));
    }

    private static void assertUniform(float[] values, double bound) {
        assertMoments(values, bound * bound / 3, Math.pow(bound, 4) / 5);
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(largest).isBetween(0.999 * bound, bound * (1 + 1e-7));
    }

    @Test
    void theSameGeneratorGivesTheSameValuesAndGoesOn() {
        Initializer normal = Initializer.normal(1);
        Random random = new Random(3);
        float[] first = normal.values(Shape.of(4), random);
        assertThat(first).isEqualTo(draw(normal, Shape.of(4)));
        assertThat(normal.values(Shape.of(4), random)).isNotEqualTo(first);
        assertThat(draw(Initializer.constant(2), Shape.of(2, 2))).containsExactly(2, 2, 2, 2);
    }
}
