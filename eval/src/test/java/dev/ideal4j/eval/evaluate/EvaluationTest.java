package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class EvaluationTest extends MadeRuns {
    @Test
    void everyQueryIsScoredOnceAndEverythingIsWritten() throws IOException {
        Results results = run(plan(List.of(17L, 77L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(results.products())
                .extracting(ProductResult::product)
                .containsExactly("plate", "ring", "plate", "ring");
        for (ProductResult result : results.products()) {
            assertThat(result.images()).hasSize(13).doesNotHaveDuplicates();
            assertThat(result.images())
                    .extracting(ScoredImage::image)
                    .doesNotContainAnyElementsOf(result.normalReferences())
                    .doesNotContainAnyElementsOf(result.abnormalReferences());
            assertThat(result.image().auroc()).isBetween(0.7, 1.0);
            assertThat(result.pixel().pro30()).isBetween(0.5, 1.0);
        }
        assertThat(results.run().scored()).isEqualTo(52);
        Results read = Results.read(folder.resolve("out/results.json"));
        assertThat(read.products()).isEqualTo(results.products());
        assertThat(read.settings()).isEqualTo(results.settings());
        assertThat(read.provenance()).isEqualTo(results.provenance());
        assertThat(Files.readAllLines(folder.resolve("out/scores.csv"))).hasSize(53);
        assertThat(Files.readAllLines(folder.resolve("out/results.csv")))
                .hasSize(7)
                .first()
                .asString()
                .startsWith("product,seed,images,anomalous,skipped,i_auroc,i_ap");
        try (Stream<Path> left = Files.list(folder.resolve("out/run"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("products", "settings.json", "journal.jsonl", ".lock");
        }
        Results again = run(plan(List.of(17L, 77L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(again.run().scored()).isZero();
        assertThat(again.products()).isEqualTo(results.products());
    }

    @Test
    void threadsAndBatchesChangeNothing() {
        Results one = run(plan(List.of(17L), Setting.GENERAL, 1, 1, false), "one");
        Results two = run(plan(List.of(17L), Setting.GENERAL, 7, 2, false), "two");
        assertThat(two.products()).isEqualTo(one.products());
    }

    @Test
    void aMapThatIsNotFiniteFailsByTheNameOfItsImage() {
        FewShotDetector broken = new BrightnessDetector() {
            @Override
            protected float value(float value, int x, int y) {
                return x == 3 && y == 2 ? Float.NaN : value;
            }
        };
        Evaluation evaluation = new Evaluation(
                plan(List.of(17L), Setting.GENERAL, 4, 1, false), broken, PROVENANCE, EvaluationListener.NONE);
        assertThatThrownBy(() -> evaluation.run(folder.resolve("nan")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("anomaly map of " + folder.resolve("made/plate/test/good/"))
                .hasMessageContaining("NaN at x 3, y 2");
    }

    @Test
    void scoresNoBetterThanChanceAreCalledThat() {
        Results results = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "chance");
        ProductResult plate = results.products().get(0);
        Results made = new Results(
                results.format(),
                results.settings(),
                results.detector(),
                results.seeds(),
                results.provenance(),
                results.run(),
                List.of(with(plate, 0.51, 0.4, 0.6), with(results.products().get(1), 0.3, 0.2, 0.4)));
        assertThat(Caveats.of(made))
                .contains(
                        "plate: I-AUROC may be chance: its 95 % interval contains 0.5",
                        "ring: I-AUROC is below chance (0.5): good images score higher than defective ones");
        assertThat(Caveats.of(made)).anyMatch(caveat -> caveat.contains("only 4 good and 9 defective images"));
    }

    private static ProductResult with(ProductResult result, double auroc, double low, double high) {
        return new ProductResult(
                result.product(),
                result.seed(),
                result.normalReferences(),
                result.abnormalReferences(),
                result.referenceTypes(),
                new ImageMetrics(auroc, 0.5, 0.5, null),
                new Interval(low, high),
                result.pixel(),
                result.peaks(),
                result.thresholds(),
                result.images(),
                result.skipped(),
                result.lostMasks());
    }
}
