package dev.ideal4j.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import java.nio.file.Path;

/**
 * The result of an image.
 *
 * @param image the path of the file, as the search found it
 * @param score image score; higher is more anomalous
 * @param peakScore largest value of the map
 * @param peakX column of the largest value in the image, in pixels
 * @param peakY row of the largest value in the image, in pixels
 * @param width of the image in pixels
 * @param height of the image in pixels
 */
@JsonPropertyOrder({"image", "score", "peakScore", "peakX", "peakY", "width", "height"})
record ImageScore(String image, float score, float peakScore, int peakX, int peakY, int width, int height) {
    static ImageScore of(Path file, RgbImage image, Anomaly anomaly) {
        ScoreMap map = anomaly.map();
        int peak = 0;
        for (int i = 1; i < map.values().length; i++) {
            if (map.values()[i] > map.values()[peak]) {
                peak = i;
            }
        }
        return new ImageScore(
                file.toString(),
                anomaly.score(),
                map.values()[peak],
                (int) ((peak % map.width() + 0.5) * image.width() / map.width()),
                (int) ((peak / map.width() + 0.5) * image.height() / map.height()),
                image.width(),
                image.height());
    }
}
