package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import org.junit.jupiter.api.Test;

class AnomalyTest {
    private static Anomaly anomaly(float... map) {
        return new Anomaly(0.5f, new ScoreMap(2, 2, map), new ScoreMap(1, 1, new float[1]));
    }

    private static int brightness(RgbImage image, int pixel) {
        return (image.samples()[3 * pixel] & 0xFF)
                + (image.samples()[3 * pixel + 1] & 0xFF)
                + (image.samples()[3 * pixel + 2] & 0xFF);
    }

    @Test
    void heatmapSpansTheMapsOwnRange() {
        RgbImage low = anomaly(0.1f, 0.2f, 0.15f, 0.1f).heatmap();
        assertThat(low.width()).isEqualTo(2);
        assertThat(low.height()).isEqualTo(2);
        assertThat(brightness(low, 1)).isGreaterThan(brightness(low, 2));
        assertThat(brightness(low, 2)).isGreaterThan(brightness(low, 0));
        assertThat(anomaly(1, 2, 1.5f, 1).heatmap().samples())
                .as("a map ten times as high")
                .isEqualTo(low.samples());
    }

    @Test
    void aFlatMapIsDark() {
        RgbImage flat = anomaly(0.3f, 0.3f, 0.3f, 0.3f).heatmap();
        assertThat(flat.samples()).isEqualTo(anomaly(7, 7, 7, 7).heatmap().samples());
        assertThat(brightness(flat, 0)).isEqualTo(brightness(anomaly(0, 1, 1, 1).heatmap(), 0));
    }

    @Test
    void equalScoresAndMapsMakeEqualAnomalies() {
        assertThat(anomaly(1, 2, Float.NaN, 4))
                .isEqualTo(anomaly(1, 2, Float.NaN, 4))
                .hasSameHashCodeAs(anomaly(1, 2, Float.NaN, 4))
                .isNotEqualTo(anomaly(1, 2, 3, 4));
        ScoreMap wide = new ScoreMap(4, 1, new float[] {1, 2, 3, 4});
        assertThat(wide).isNotEqualTo(new ScoreMap(2, 2, wide.values()));
    }
}
