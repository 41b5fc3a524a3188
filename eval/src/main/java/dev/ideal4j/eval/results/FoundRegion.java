package dev.ideal4j.eval.results;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.ideal4j.core.image.Region;
import java.util.List;

/**
 * A region of an image above the pixel threshold, as results show it. Coordinates are pixels of the image.
 *
 * @param area number of pixels
 * @param areaPercent share of the image, in per cent
 * @param box left, top, width, height
 * @param centroid column and row
 * @param peak column and row of the highest score
 * @param max highest score
 * @param mean mean score
 * @param outline rings of corners {@code x, y, x, y, …}: the outer one first, then one for each hole
 */
@JsonPropertyOrder({"area", "areaPercent", "box", "centroid", "peak", "max", "mean", "outline"})
public record FoundRegion(
        int area,
        double areaPercent,
        int[] box,
        double[] centroid,
        int[] peak,
        float max,
        double mean,
        List<int[]> outline) {
    /** A region of an image as results show it. */
    public static FoundRegion of(Region region, int width, int height) {
        Region.Box box = region.box();
        return new FoundRegion(
                region.area(),
                rounded(100.0 * region.area() / width / height, 1e4),
                new int[] {box.x(), box.y(), box.width(), box.height()},
                new double[] {rounded(region.centroidX(), 100), rounded(region.centroidY(), 100)},
                new int[] {region.peakX(), region.peakY()},
                region.max(),
                (float) region.mean(),
                region.outline().stream()
                        .map(outline -> outline.corners().clone())
                        .toList());
    }

    private static double rounded(double value, double parts) {
        return Math.rint(value * parts) / parts;
    }
}
