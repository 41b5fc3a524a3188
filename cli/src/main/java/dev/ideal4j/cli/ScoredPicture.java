package dev.ideal4j.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import java.nio.file.Path;

/**
 * A line of results.
 *
 * @param image the file, as it was found
 * @param score image score, higher is more anomalous
 * @param peakScore largest value of the map
 * @param peakX column of that value in the picture, in pixels
 * @param peakY its row
 * @param width of the picture
 * @param height of the picture
 */
@JsonPropertyOrder({"image", "score", "peakScore", "peakX", "peakY", "width", "height"})
record ScoredPicture(String image, float score, float peakScore, int peakX, int peakY, int width, int height) {
    static ScoredPicture of(Path file, RgbImage image, Anomaly anomaly) {
        ScoreMap map = anomaly.map();
        int peak = 0;
        for (int i = 1; i < map.values().length; i++) {
            if (map.values()[i] > map.values()[peak]) {
                peak = i;
            }
        }
        return new ScoredPicture(
                file.toString(),
                anomaly.score(),
                map.values()[peak],
                (int) ((peak % map.width() + 0.5) * image.width() / map.width()),
                (int) ((peak / map.width() + 0.5) * image.height() / map.height()),
                image.width(),
                image.height());
    }
}
