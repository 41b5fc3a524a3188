package dev.ideal4j.eval.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Verdict;
import java.util.List;

/**
 * The result of an image.
 *
 * @param image the path of the file, as the search found it
 * @param verdict good, anomalous, or unknown without calibration
 * @param score image score; higher is more anomalous
 * @param calibratedScore 0 to 1, a half at the threshold; null without calibration
 * @param peakScore largest value of the map
 * @param peakX column of the largest value in the image, in pixels
 * @param peakY row of the largest value in the image, in pixels
 * @param width of the image in pixels
 * @param height of the image in pixels
 * @param regions connected pixels above the pixel threshold; null without calibration
 */
@JsonPropertyOrder({
    "image",
    "verdict",
    "score",
    "calibratedScore",
    "peakScore",
    "peakX",
    "peakY",
    "width",
    "height",
    "regions"
})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ImageScore(
        String image,
        Verdict verdict,
        float score,
        Double calibratedScore,
        float peakScore,
        int peakX,
        int peakY,
        int width,
        int height,
        List<FoundRegion> regions) {
    /**
     * The result of an image.
     *
     * @param name the image's
     * @param regions of the anomaly; not shown if they are not asked for
     */
    public static ImageScore of(String name, int width, int height, Anomaly anomaly, List<Region> regions) {
        ScoreMap map = anomaly.map();
        int peak = 0;
        for (int i = 1; i < map.values().length; i++) {
            if (map.values()[i] > map.values()[peak]) {
                peak = i;
            }
        }
        boolean decided = anomaly.rule() != null;
        return new ImageScore(
                name,
                anomaly.verdict(),
                anomaly.score(),
                decided ? anomaly.calibrated() : null,
                map.values()[peak],
                (int) ((peak % map.width() + 0.5) * width / map.width()),
                (int) ((peak / map.width() + 0.5) * height / map.height()),
                width,
                height,
                decided
                        ? regions.stream()
                                .map(region -> FoundRegion.of(region, width, height))
                                .toList()
                        : null);
    }
}
