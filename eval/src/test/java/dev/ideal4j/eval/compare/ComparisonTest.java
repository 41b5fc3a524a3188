package dev.ideal4j.eval.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.compare.PairedBootstrap.Difference;
import dev.ideal4j.eval.evaluate.Peaks;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.ScoredImage;
import dev.ideal4j.eval.metrics.Aupimo;
import dev.ideal4j.eval.metrics.Auroc;
import dev.ideal4j.eval.metrics.DeLong;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.PublishedPro;
import dev.ideal4j.eval.metrics.ResampledRanking;
import dev.ideal4j.eval.metrics.SampleRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static Results results(double shift, long noise, long... seeds) {
        List<ProductResult> products = new ArrayList<>();
        for (long seed : seeds) {
            for (String product : List.of("nut", "bolt")) {
                products.add(product(product, seed, shift, new SplittableRandom(noise + seed + product.hashCode())));
            }
        }
        List<Long> all = Arrays.stream(seeds).boxed().toList();
        return new Results(Results.FORMAT, Map.of(), Map.of(), all, null, null, products);
    }

    private static ProductResult product(String product, long seed, double shift, SplittableRandom random) {
        List<ScoredImage> images = new ArrayList<>();
        for (int i = 0; i < 80; i++) {
            boolean anomalous = i % 2 == 0;
            float score = (float) (random.nextDouble() + (anomalous ? shift : 0));
            images.add(new ScoredImage(product + i, "", anomalous, score));
        }
        return product(product, seed, List.of(), images);
    }

    private static ProductResult product(String product, long seed, List<String> kinds, List<ScoredImage> images) {
        float[] scores = new float[images.size()];
        boolean[] anomalous = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = images.get(i).score();
            anomalous[i] = images.get(i).anomalous();
        }
        return new ProductResult(
                product,
                seed,
                List.of(),
                List.of(),
                kinds,
                ImageMetrics.of(scores, anomalous),
                new Interval(0, 1),
                new PixelMetrics(
                        0.5,
                        0,
                        0,
                        0,
                        0,
                        new Aupimo.Summary(0, 0, false, null),
                        new PixelMetrics.Published(0, 0, new PublishedPro(0, 0)),
                        null),
                new Peaks(0, 0),
                null,
                images,
                List.of(),
                List.of());
    }

    @Test
    void aClearDifferenceIsSignificantAndNoneIsNot() {
        String clear = new Comparison(results(0.1, 1, 17, 77), results(0.6, 2, 17, 77)).text();
        assertThat(clear).contains("320 scores of 2 products in both, 0 in one only");
        assertThat(line(clear, "I-AUROC")).contains("***").contains("+0.");
        assertThat(line(clear, "bolt")).contains("***");
        assertThat(line(clear, "P-AUROC")).contains("0.5000   0.5000   +0.0000").doesNotContain("[");
        String none = new Comparison(results(0.3, 1, 17), results(0.3, 1, 17)).text();
        assertThat(line(none, "I-AUROC")).endsWith("1.0000").contains("[+0.0000, +0.0000]");
    }

    /** A reference that shows a scratch helps with scratches and not with dents. */
    @Test
    void kindsThatReferencesShowAreCountedApart() {
        List<ScoredImage> before = new ArrayList<>();
        List<ScoredImage> after = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            String kind = i % 3 == 0 ? "good" : i % 3 == 1 ? "scratch" : "dent";
            before.add(new ScoredImage("nut" + i, kind, i % 3 > 0, 1));
            after.add(new ScoredImage("nut" + i, kind, i % 3 > 0, i % 3 == 1 ? 2 : 1));
        }
        Results first = results(List.of(product("nut", 17, List.of(), before)));
        Results second = results(List.of(product("nut", 17, List.of("scratch"), after)));
        String text = new Comparison(first, second).text();
        assertThat(line(text, "I-AUROC, known kind"))
                .contains("0.5000   1.0000   +0.5000")
                .contains("[+0.5000, +0.5000]");
        assertThat(line(text, "I-AUROC, others")).contains("0.5000   0.5000   +0.0000");
        assertThat(new Comparison(first, first).text()).doesNotContain("known kind");
    }

    private static Results results(List<ProductResult> products) {
        return new Results(Results.FORMAT, Map.of(), Map.of(), List.of(17L), null, null, products);
    }

    private static String line(String text, String start) {
        return text.lines().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
    }

    @Test
    void onlyWhatBothHaveIsPaired() {
        String some = new Comparison(results(0.1, 1, 17, 77), results(0.1, 1, 17)).text();
        assertThat(some).contains("160 scores of 2 products in both, 160 in one only");
        Results other = results(0.1, 1, 3);
        Results first = results(0.1, 1, 17);
        assertThatThrownBy(() -> new Comparison(first, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("in common");
    }

    @Test
    void bootstrapAgreesWithDeLongOnTheWidthOfAnInterval() {
        SplittableRandom random = new SplittableRandom(9);
        float[] scores = new float[200];
        float[] constant = new float[200];
        boolean[] anomalous = new boolean[200];
        for (int i = 0; i < scores.length; i++) {
            anomalous[i] = i % 2 == 0;
            scores[i] = (float) (random.nextDouble() + (anomalous[i] ? 0.3 : 0));
        }
        Difference difference = PairedBootstrap.differences(
                        List.of(new PairedBootstrap.Product(anomalous, List.of(constant), List.of(scores))), Auroc::of)
                .get(0);
        DeLong.Interval interval = DeLong.interval(scores, anomalous);
        assertThat(difference.value()).isCloseTo(Auroc.of(new SampleRanking(scores, anomalous)) - 0.5, within(1e-12));
        assertThat(difference.high() - difference.low()).isCloseTo(interval.high() - interval.low(), within(0.02));
    }

    @Test
    void resampledRankingCountsAnImageAsOftenAsDrawn() {
        float[] scores = {3, 2, Float.NaN, 1};
        boolean[] anomalous = {true, false, true, true};
        ResampledRanking ranking = new ResampledRanking(scores, anomalous);
        assertThat(Auroc.of(ranking)).isEqualTo(0.5);
        ranking.resample(new int[] {3, 1, 9, 1});
        assertThat(ranking.positives()).isEqualTo(4);
        assertThat(Auroc.of(ranking)).isEqualTo(0.75);
    }

    @Test
    void aMetricThatOneResultLacksIsComparedOverTheRest() {
        Results whole = results(0.1, 1, 17);
        ProductResult nut = whole.products().get(0);
        List<ScoredImage> good =
                nut.images().stream().filter(image -> !image.anomalous()).toList();
        float[] scores = new float[good.size()];
        ProductResult onlyGood = new ProductResult(
                "nut",
                17,
                List.of(),
                List.of(),
                List.of(),
                ImageMetrics.of(scores, new boolean[scores.length]),
                Interval.NONE,
                nut.pixel(),
                nut.peaks(),
                null,
                good,
                List.of(),
                List.of());
        Results part = new Results(
                Results.FORMAT,
                Map.of(),
                Map.of(),
                List.of(17L),
                null,
                null,
                List.of(onlyGood, whole.products().get(1)));
        String text = new Comparison(whole, part).text();
        double bolt = whole.products().get(1).image().averagePrecision();
        assertThat(line(text, "I-AP "))
                .startsWith(String.format(Locale.ROOT, "I-AP                 %.4f   %.4f", bolt, bolt));
        assertThat(line(text, "nut")).contains("undef.   undef.");
        assertThat(text).contains("I-AP: of 1 of 2 products and seeds, where both are defined");
    }
}
