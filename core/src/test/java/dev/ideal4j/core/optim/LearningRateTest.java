package dev.ideal4j.core.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import org.junit.jupiter.api.Test;

class LearningRateTest {
    /** Rates at the first iteration of each epoch, as printed by the published training: 63 iterations an epoch. */
    private static final String[] PUBLISHED = {
        "1e-05",
        "0.00050896",
        "0.001",
        "0.000992479837741043",
        "0.0009701478472890247",
        "0.0009336825748732971",
        "0.0008841919993438941",
        "0.0008231798667948369",
        "0.0007525",
        "0.0006742999709462061",
        "0.0005909558479451307",
        "0.000505",
        "0.00041904415205486954",
        "0.0003357000290537942",
        "0.0002574999999999999",
        "0.00018682013320516302",
        "0.00012580800065610593",
        "7.631742512670295e-05",
        "3.9852152710975386e-05",
        "1.752016225895703e-05"
    };

    @Test
    void warmupCosineIsThePublishedSchedule() {
        LearningRate rate = LearningRate.warmupCosine(1e-3, 2 * 63, 20 * 63);
        for (int epoch = 0; epoch < PUBLISHED.length; epoch++) {
            assertThat(rate.at(63L * epoch)).as("epoch %d", epoch).isEqualTo(Double.parseDouble(PUBLISHED[epoch]));
        }
    }

    @Test
    void warmupCosineAtItsEnds() {
        LearningRate rate = LearningRate.warmupCosine(2, 10, 50);
        assertThat(rate.at(0)).isEqualTo(0.02);
        assertThat(rate.at(9)).isCloseTo(2, within(1e-15));
        assertThat(rate.at(10)).isEqualTo(2);
        assertThat(rate.at(30)).isCloseTo(1.01, within(1e-12));
        assertThat(rate.at(49)).isBetween(0.02, 0.03);
        assertThat(rate.at(50)).isEqualTo(0.02);
        assertThat(rate.at(Long.MAX_VALUE)).isEqualTo(0.02);
        assertThat(LearningRate.warmupCosine(2, 0, 4).at(0)).isEqualTo(2);
        assertThat(LearningRate.warmupCosine(2, 1, 4).at(0)).isEqualTo(0.02);
        assertThat(LearningRate.warmupCosine(2, 4, 4).at(4)).isEqualTo(0.02);
    }

    @Test
    void moreWarmupThanIterationsIsRefused() {
        assertThatThrownBy(() -> LearningRate.warmupCosine(1, 5, 4))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("5 of 4 iterations");
    }

    @Test
    void multiStepDropsAtEachMilestone() {
        LearningRate rate = LearningRate.multiStep(8, 0.5, 10, 20);
        assertThat(new double[] {rate.at(0), rate.at(9), rate.at(10), rate.at(19), rate.at(20), rate.at(1000)})
                .containsExactly(8, 8, 4, 4, 2, 2);
    }

    @Test
    void stepDropsEveryPeriod() {
        LearningRate rate = LearningRate.step(8, 0.25, 3);
        assertThat(new double[] {rate.at(0), rate.at(2), rate.at(3), rate.at(5), rate.at(6), rate.at(9)})
                .containsExactly(8, 8, 2, 2, 0.5, 0.125);
    }

    @Test
    void constantStays() {
        assertThat(LearningRate.constant(0.3).at(1 << 20)).isEqualTo(0.3);
    }
}
