package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.eval.metrics.Aupimo;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultTablesTest {
    private static ProductResult result(String product, long seed, double imageAuroc) {
        return new ProductResult(
                product,
                seed,
                List.of(),
                List.of(),
                List.of(),
                new ImageMetrics(imageAuroc, 0.5, 0.25, null),
                new Interval(0, 1),
                new PixelMetrics(
                        0,
                        0,
                        0,
                        0,
                        0,
                        new Aupimo.Summary(0, 0, false, null),
                        new PixelMetrics.Published(0.75, 0, new PublishedPro(1, 0.125)),
                        null),
                new Peaks(0, 0),
                new ImageThresholds(0, 0, 0, 0, Double.NaN),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void tableIsAsThePublishedProgramPrintsIt() {
        List<ProductResult> results = List.of(result("bottle", 17, 0.97884), result("cable", 17, Double.NaN));
        assertThat(ResultTables.printed(results)).isEqualTo("""

                        Product              I-AUROC    I-AP       P-AUROC    P-PRO    \s
                        bottle               0.9788     0.5000     0.7500     0.1250   \s
                        cable                undefined  0.5000     0.7500     0.1250   \s
                        Mean                 0.9788     0.5000     0.7500     0.1250    \s

                        """);
        assertThat(ResultTables.printedMeans("MVTecAD", results))
                .isEqualTo("======> Results on MVTecAD:\t"
                        + "|| I-AUROC: 0.9788, I-AP: 0.5000, P-AUROC: 0.7500, P-PRO: 0.1250");
    }

    @Test
    void spreadOverSeedsIsAStudentInterval() {
        Results results = new Results(
                Results.FORMAT,
                Map.of(),
                Map.of(),
                List.of(1L, 2L, 3L),
                null,
                null,
                List.of(result("a", 1, 0.8), result("a", 2, 0.9), result("a", 3, 1.0)));
        Spread spread = Spread.ofMeans(results, Measure.IMAGE_AUROC);
        assertThat(spread.mean()).isCloseTo(0.9, within(1e-7));
        assertThat(spread.half()).isCloseTo(4.302652729911275 * 0.1 / Math.sqrt(3), within(1e-6));
        assertThat(Spread.ofProduct(results, "a", Measure.IMAGE_AUROC).mean()).isCloseTo(0.9, within(1e-12));
        assertThat(Spread.ofProduct(results, "none", Measure.IMAGE_AUROC).mean())
                .isNaN();
    }

    @Test
    void twoSeedsAreShownAsTwoValues() {
        Results results = new Results(
                Results.FORMAT,
                Map.of(),
                Map.of(),
                List.of(1L, 2L),
                null,
                null,
                List.of(result("a", 1, 0.25), result("a", 2, 0.75)));
        Spread spread = Spread.ofMeans(results, Measure.IMAGE_AUROC);
        assertThat(spread.half()).isNaN();
        assertThat(spread.width()).isEqualTo("0.2500 to 0.7500");
        assertThat(ResultTables.printedSpread(results))
                .contains("I-AUROC: 0.5000 (0.2500 to 0.7500)")
                .doesNotContain("±");
    }
}
