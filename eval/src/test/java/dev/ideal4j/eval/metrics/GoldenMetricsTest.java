package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each metric equals the values of the published code, of scikit-learn and of MVTec. */
@Tag("golden")
class GoldenMetricsTest {
    private static final Offset<Double> CLOSE = within(1e-9);

    /** The published code keeps its table in float32. */
    private static final Offset<Double> SINGLE = within(1e-7);

    @ParameterizedTest
    @ValueSource(strings = {"bolt", "fabric"})
    void metricsOfMadeUpProducts(String product) {
        Fixture fixture = Fixture.open("metrics/metrics.safetensors");
        double[] labels = fixture.doubles(product + "/label");
        boolean[] anomalous = new boolean[labels.length];
        for (int i = 0; i < labels.length; i++) {
            anomalous[i] = labels[i] > 0.5;
        }
        ImageMetrics image = ImageMetrics.of(fixture.floats(product + "/image_score"), anomalous);
        ScoredMaps plain = maps(fixture, product, false);
        for (String way : List.of("plain", "smoothed")) {
            String prefix = product + "/" + way + "/";
            assertThat(image.auroc()).isCloseTo(fixture.doubles(prefix + "i_auroc")[0], SINGLE);
            assertThat(image.averagePrecision()).isCloseTo(fixture.doubles(prefix + "i_ap")[0], SINGLE);
            assertThat(image.f1Max()).isCloseTo(fixture.doubles(prefix + "i_f1_max")[0], SINGLE);
            ScoredMaps maps = way.equals("plain") ? plain : maps(fixture, product, true);
            PixelMetrics.Published published = PixelMetrics.Published.of(maps, PublishedPro.THRESHOLDS);
            assertThat(published.auroc()).isCloseTo(fixture.doubles(prefix + "p_auroc")[0], SINGLE);
            assertThat(published.f1Max()).isCloseTo(fixture.doubles(prefix + "p_f1_max")[0], SINGLE);
            assertThat(published.pro().numpy()).isCloseTo(fixture.doubles(prefix + "p_pro")[0], SINGLE);
        }
        PixelMetrics pixel = PixelMetrics.of(plain);
        String prefix = product + "/plain/";
        assertThat(image.averagePrecision()).isCloseTo(fixture.doubles(prefix + "sklearn_i_ap")[0], CLOSE);
        assertThat(pixel.auroc()).isCloseTo(fixture.doubles(prefix + "sklearn_p_auroc")[0], CLOSE);
        assertThat(pixel.averagePrecision()).isCloseTo(fixture.doubles(prefix + "sklearn_p_ap")[0], CLOSE);
        assertThat(pixel.pro30()).isCloseTo(fixture.doubles(prefix + "exact_pro_0.3")[0], within(1e-6));
        assertThat(pixel.pro05()).isCloseTo(fixture.doubles(prefix + "exact_pro_0.05")[0], within(1e-6));
    }

    private static ScoredMaps maps(Fixture fixture, String product, boolean smoothed) {
        int[] shape = fixture.shape(product + "/score_map");
        float[] scores = fixture.floats(product + "/score_map");
        double[] truth = fixture.doubles(product + "/mask");
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        int pixels = shape[1] * shape[2];
        for (int i = 0; i < shape[0]; i++) {
            float[] values = new float[pixels];
            boolean[] marked = new boolean[pixels];
            for (int p = 0; p < pixels; p++) {
                values[p] = scores[i * pixels + p];
                marked[p] = truth[i * pixels + p] > 0.5;
            }
            ScoreMap map = new ScoreMap(shape[2], shape[1], values);
            maps.add(smoothed ? SmoothedMaps.gaussian(map) : map);
            masks.add(new Mask(shape[2], shape[1], marked));
        }
        return ScoredMaps.of(maps, masks);
    }

    @Test
    void metricsOfFormulaDefinedMaps() throws IOException {
        JsonNode cases = json().path("cases");
        assertThat(cases).isNotEmpty();
        for (JsonNode expected : cases) {
            formulaDefined(expected);
        }
    }

    private static void formulaDefined(JsonNode expected) {
        FormulaMaps made = FormulaMaps.of(expected);
        assertThat(made.sum()).isCloseTo(expected.path("score_sum_f64").asDouble(), within(1e-7));
        assertThat(made.maps().map(0).at(0, 0)).isEqualTo((float)
                expected.path("score_values").path("[0][0][0]").asDouble());

        float[] scores = new float[expected.path("image_scores").size()];
        boolean[] anomalous = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) expected.path("image_scores").get(i).asDouble();
            anomalous[i] = i % 2 == 1;
        }
        ImageMetrics image = ImageMetrics.of(scores, anomalous);
        assertThat(image.auroc()).isCloseTo(expected.path("i_auroc").asDouble(), CLOSE);
        assertThat(image.averagePrecision()).isCloseTo(expected.path("i_ap").asDouble(), CLOSE);
        assertThat(image.f1Max()).isCloseTo(expected.path("i_f1_max").asDouble(), CLOSE);

        PixelMetrics pixel = PixelMetrics.of(made.maps());
        assertThat(pixel.published().auroc()).isCloseTo(expected.path("p_auroc").asDouble(), CLOSE);
        assertThat(pixel.published().f1Max())
                .isCloseTo(expected.path("p_f1_max").asDouble(), CLOSE);
        assertThat(pixel.published().pro().stable())
                .isCloseTo(expected.path("p_pro_stable_ties").asDouble(), CLOSE);
        assertThat(pixel.published().pro().numpy())
                .isCloseTo(expected.path("p_pro_official").asDouble(), CLOSE);
        assertThat(pixel.auroc()).isCloseTo(expected.path("p_auroc_all_pixels").asDouble(), CLOSE);
        assertThat(pixel.averagePrecision())
                .isCloseTo(expected.path("p_ap_sklearn_all_pixels").asDouble(), CLOSE);
        assertThat(pixel.f1Max())
                .isCloseTo(expected.path("p_f1max_sklearn_all_pixels").asDouble(), CLOSE);
        assertThat(pixel.pro30()).isCloseTo(expected.path("mvtec_aupro_030").asDouble(), within(1e-6));

        ScoreMap zoomed = CornerZoom.atMost(made.maps().map(0), 256);
        assertThat(zoomed.height())
                .isEqualTo(expected.path("zoomed_shape").get(1).asInt());
        assertThat(zoomed.width())
                .isEqualTo(expected.path("zoomed_shape").get(2).asInt());
        double sum = 0;
        for (int i = 0; i < made.maps().size(); i++) {
            for (float value : CornerZoom.atMost(made.maps().map(i), 256).values()) {
                sum += value;
            }
        }
        assertThat(sum).isCloseTo(expected.path("zoomed_sum_f64").asDouble(), within(1e-7));
    }

    @Test
    void degenerateCases() throws IOException {
        JsonNode expected = json().path("degenerate");
        float[] scores = {0.5f, 0.5f, 0.5f, 0.2f};
        boolean[] labels = {true, false, true, true};
        SampleRanking ties = new SampleRanking(scores, labels);
        assertThat(AveragePrecision.of(ties))
                .isCloseTo(
                        expected.path("ap_ties_scores_[.5,.5,.5,.2]_labels_[1,0,1,1]")
                                .asDouble(),
                        CLOSE);
        assertThat(F1Max.of(ties)).isCloseTo(expected.path("f1max_same").asDouble(), CLOSE);
        assertThat(Auroc.of(ties)).isCloseTo(expected.path("auroc_same").asDouble(), CLOSE);

        SampleRanking negative = new SampleRanking(scores, new boolean[4]);
        assertThat(AveragePrecision.of(negative))
                .isEqualTo(expected.path("ap_no_positive").asDouble());
        assertThat(F1Max.of(negative))
                .isEqualTo(expected.path("f1max_no_positive").asDouble());
        assertThat(Auroc.of(negative)).isNaN();

        SampleRanking positive = new SampleRanking(scores, new boolean[] {true, true, true, true});
        assertThat(AveragePrecision.of(positive))
                .isEqualTo(expected.path("ap_all_positive").asDouble());
        assertThat(F1Max.of(positive)).isEqualTo(1);
        assertThat(Auroc.of(positive)).isNaN();
    }

    static JsonNode json() throws IOException {
        return new ObjectMapper().readTree(Fixture.file("meta/metrics.json").toFile());
    }
}
