package dev.ideal4j.core.image;

import java.util.List;

/**
 * A connected region of an image whose scores lie above a threshold: a defect. All coordinates are pixels of the map that
 * the region was found in, from its upper left corner.
 *
 * @param area number of pixels
 * @param box smallest rectangle that holds the region
 * @param centroidX mean column of the pixels' centres
 * @param centroidY mean row of the pixels' centres
 * @param peakX column of the pixel with the highest score
 * @param peakY row of the pixel with the highest score
 * @param max highest score
 * @param mean mean score
 * @param outline rings around the region, see {@link Outline}: first the outer one, then one for each hole
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
     * The region's pixels.
     *
     * @param map that the region was found in
     * @param threshold that the region was found with
     */
    public Mask pixels(ScoreMap map, float threshold) {
        return Regions.connected(map, threshold, peakX, peakY);
    }

    /** Whether something inside the region does not belong to it. */
    public boolean hasHoles() {
        return outline.size() > 1;
    }
}
