package dev.ideal4j.core.image;

import java.util.List;

/**
 * A connected region whose scores are above a threshold: a detected defect. All coordinates are pixels of the map that
 * the region was found in, from its upper left corner.
 *
 * @param area number of pixels
 * @param box smallest rectangle that contains the region
 * @param centroidX mean column of the pixels' centres
 * @param centroidY mean row of the pixels' centres
 * @param peakX column of the pixel with the highest score
 * @param peakY row of the pixel with the highest score
 * @param max highest score
 * @param mean mean score
 * @param outline rings around the region, see {@link Outline}: first the outer ring, then one ring for each hole
 */
public record Region(
        int area,
        Box box,
        double centroidX,
        double centroidY,
        int peakX,
        int peakY,
        float max,
        double mean,
        List<Outline> outline) {
    /** Copies the list. */
    public Region {
        outline = List.copyOf(outline);
    }

    /**
     * A rectangle of pixels.
     *
     * @param x column of the left edge
     * @param y row of the upper edge
     * @param width columns
     * @param height rows
     */
    public record Box(int x, int y, int width, int height) {}

    /**
     * Returns the pixels of the region.
     *
     * @param map the map in which the region was found
     * @param threshold the threshold with which the region was found
     */
    public Mask pixels(ScoreMap map, float threshold) {
        return Regions.connected(map, threshold, peakX, peakY);
    }

    /** Whether the region has holes. */
    public boolean hasHoles() {
        return outline.size() > 1;
    }
}
