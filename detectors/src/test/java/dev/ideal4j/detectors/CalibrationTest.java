package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CalibrationTest {
    private static Calibration of(double... scores) {
        List<Calibration.Scores> good = DoubleStream.of(scores)
                .mapToObj(score -> new Calibration.Scores(score, 2 * score))
                .toList();
        return new Calibration(Calibration.Source.SEPARATE, good, List.of());
    }

    private static double[] upTo(int n) {
        return IntStream.rangeClosed(1, n).mapToDouble(i -> i).toArray();
    }

    /** ⌈(n+1)(1−α)⌉ of the scores 1 to n. */
    @ParameterizedTest
    @CsvSource({"19, 0.05, 19", "19, 0.1, 18", "20, 0.05, 20", "39, 0.05, 38", "100, 0.05, 96", "8, 0.2, 8", "8, 0.5, 5"
    })
    void theThresholdIsTheConformalQuantile(int n, double rate, double expected) {
        Threshold threshold = of(upTo(n)).imageThreshold(rate);
        assertThat(threshold.value()).isEqualTo(expected);
        assertThat(threshold.basis()).isEqualTo(Threshold.Basis.CONFORMAL);
        assertThat(of(upTo(n)).pixelThreshold(rate).value()).isEqualTo(2 * expected);
    }

    @Test
    void tooFewImagesGiveAnEstimateAboveAllScores() {
        Calibration eight = of(upTo(8));
        assertThat(eight.lowestRate()).isCloseTo(1 / 9.0, within(1e-12));
        Threshold threshold = eight.imageThreshold(0.05);
        assertThat(threshold.basis()).isEqualTo(Threshold.Basis.ESTIMATE);
        assertThat(threshold.value()).isBetween(8.0, 16.0);
        assertThat(eight.imageThreshold(0.01).value()).isGreaterThanOrEqualTo(threshold.value());
        assertThat(of(3).imageThreshold(0.05).value()).isEqualTo(3);
        assertThat(of(3, 3, 3).imageThreshold(0.05).value()).isEqualTo(3);
    }

    /** Scores are drawn like the calibration's. On average over calibrations, at most the share α lies above the threshold. */
    @ParameterizedTest
    @ValueSource(doubles = {0.05, 0.1, 0.3})
    void noMoreGoodImagesThanPromisedAreRejected(double rate) {
        Random random = new Random(7);
        int trials = 4000;
        int rejected = 0;
        for (int trial = 0; trial < trials; trial++) {
            double[] scores = random.doubles(40).map(u -> -Math.log(u)).toArray();
            rejected += -Math.log(random.nextDouble())
                            > of(scores).imageThreshold(rate).value()
                    ? 1
                    : 0;
        }
        double deviation = Math.sqrt(rate * (1 - rate) / trials);
        assertThat((double) rejected / trials).isBetween(rate - 1.0 / 41 - 4 * deviation, rate + 4 * deviation);
    }

    /** Thresholds from eight scores, of an exponential distribution and of a distribution with a heavier tail. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 1.3})
    void anEstimateRejectsAboutWhatItPromises(double power) {
        Random random = new Random(11);
        int trials = 4000;
        int rejected = 0;
        for (int trial = 0; trial < trials; trial++) {
            double[] scores =
                    random.doubles(9).map(u -> Math.pow(-Math.log(u), power)).toArray();
            Threshold threshold = of(Arrays.copyOf(scores, 8)).imageThreshold(0.05);
            rejected += scores[8] > threshold.value() ? 1 : 0;
        }
        assertThat((double) rejected / trials).isBetween(0.02, 0.055);
    }

    @Test
    void knownDefectsAreCountedAndQuestioned() {
        List<Calibration.Scores> good =
                List.of(new Calibration.Scores(1, 1), new Calibration.Scores(2, 2), new Calibration.Scores(3, 3));
        List<Calibration.Scores> found = List.of(new Calibration.Scores(4, 4), new Calibration.Scores(2.5, 2));
        Calibration works = new Calibration(Calibration.Source.LEAVE_ONE_OUT, good, found);
        assertThat(works.detected(works.imageThreshold(0.25))).isEqualTo(1);
        BinomialInterval share = works.detectionRate(works.imageThreshold(0.25));
        assertThat(share.low()).isCloseTo(0.0126, within(1e-4));
        assertThat(share.high()).isCloseTo(0.9874, within(1e-4));
        assertThat(BinomialInterval.of(0, 0)).isEqualTo(new BinomialInterval(0, 1));
        assertThat(works.warnings()).isEmpty();
        List<Calibration.Scores> low = List.of(new Calibration.Scores(0.5, 1));
        assertThat(new Calibration(Calibration.Source.LEAVE_ONE_OUT, good, low).warnings())
                .singleElement()
                .asString()
                .contains("0 %", "does not work");
        assertThat(of(2, 2, 2).warnings()).singleElement().asString().contains("alike");
    }

    @Test
    void theCalibratedScoreRisesThroughAHalfAtTheThreshold() {
        DecisionRule rule = DecisionRule.of(of(upTo(20)), 0.05);
        assertThat(rule.calibrated(20)).isEqualTo(0.5);
        assertThat(rule.calibrated(21)).isGreaterThan(0.5).isLessThan(1);
        assertThat(rule.calibrated((float) (20 - rule.spread()))).isCloseTo(0.25, within(1e-6));
        assertThat(rule.calibrated(-1e9f)).isEqualTo(0);
        assertThat(rule.verdict(20)).isEqualTo(Verdict.GOOD);
        assertThat(rule.verdict(20.01f)).isEqualTo(Verdict.ANOMALOUS);
        assertThat(DecisionRule.of(of(2, 2), 0.4).calibrated(2)).isEqualTo(0.5);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 1, -0.1, Double.NaN})
    void ratesOutOfRangeAreRefused(double rate) {
        assertThatThrownBy(() -> of(1, 2).imageThreshold(rate))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("false-alarm rate");
    }

    @Test
    void scoresMustBeFinite() {
        assertThatThrownBy(() -> of(Double.NaN)).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(CalibrationTest::of).isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> Threshold.given(Double.NaN)).isInstanceOf(InvalidInputException.class);
    }
}
