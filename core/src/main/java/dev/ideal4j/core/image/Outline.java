package dev.ideal4j.core.image;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A closed ring of straight lines between corners of pixels. Corner (0, 0) is the upper left corner of the image, and
 * pixel (x, y) lies between the corners (x, y) and (x + 1, y + 1). Outer rings run clockwise on the screen, holes
 * counter-clockwise.
 */
public final class Outline {
    /** Maximum distance in pixels between a corner and the simplified line. Staircases become slopes. */
    private static final double TOLERANCE = 0.75;

    private final int[] corners;

    private Outline(int[] corners) {
        this.corners = corners;
    }

    /** Returns a copy of the corners {@code x0, y0, x1, y1, …}. The first corner is not repeated at the end. */
    public int[] corners() {
        return corners.clone();
    }

    /** Number of corners. */
    public int size() {
        return corners.length / 2;
    }

    /** Twice the enclosed area in pixels; negative for a hole. */
    long signedDoubleArea() {
        long area = 0;
        for (int i = 0, before = corners.length - 2; i < corners.length; before = i, i += 2) {
            area += (long) corners[before] * corners[i + 1] - (long) corners[i] * corners[before + 1];
        }
        return area;
    }

    /** Tells which pixels belong to a region. */
    @FunctionalInterface
    interface Inside {
        boolean at(int x, int y);
    }

    /**
     * Follows the border of a region. Pixels that touch only at a corner are connected.
     *
     * @param inside tells whether a pixel belongs to the region; false outside of the image
     * @param x column of a pixel of the region whose upper neighbour does not belong to the region
     * @param y row of this pixel
     * @param seen receives the upper edges of the ring, at {@code (y - top) * width + x - left}
     * @param box the bounding box of the region
     */
    static Outline trace(Inside inside, int x, int y, Region.Box box, BitSet seen) {
        int[] found = new int[16];
        int count = 0;
        int atX = x;
        int atY = y;
        int direction = 0;
        do {
            if (direction == 0) {
                seen.set((atY - box.y()) * box.width() + atX - box.x());
            }
            atX += direction == 0 ? 1 : direction == 2 ? -1 : 0;
            atY += direction == 1 ? 1 : direction == 3 ? -1 : 0;
            int next = direction + 3 & 3; // left turns first, because pixels that touch at a corner are connected
            while (!isEdge(inside, atX, atY, next)) {
                next = next + 1 & 3;
            }
            if (next != direction) {
                found = count == found.length ? Arrays.copyOf(found, 2 * count) : found;
                found[count++] = atX;
                found[count++] = atY;
            }
            direction = next;
        } while (atX != x || atY != y || direction != 0);
        return new Outline(Arrays.copyOf(found, count));
    }

    /**
     * Whether the line from a corner to the right (0), down (1), left (2) or up (3) has the region on its right side
     * only.
     */
    private static boolean isEdge(Inside inside, int x, int y, int direction) {
        return switch (direction) {
            case 0 -> inside.at(x, y) && !inside.at(x, y - 1);
            case 1 -> inside.at(x - 1, y) && !inside.at(x, y);
            case 2 -> inside.at(x - 1, y - 1) && !inside.at(x - 1, y);
            default -> inside.at(x, y - 1) && !inside.at(x - 1, y - 1);
        };
    }

    /**
     * Returns this ring with fewer corners (Douglas and Peucker). No corner of this ring is further than 0.75 pixels
     * from the simplified ring.
     */
    Outline simplified() {
        int size = size();
        int far = 0;
        long longest = -1;
        for (int i = 1; i < size; i++) {
            long across = corners[2 * i] - corners[0];
            long down = corners[2 * i + 1] - corners[1];
            if (across * across + down * down > longest) {
                longest = across * across + down * down;
                far = i;
            }
        }
        BitSet kept = new BitSet(size);
        kept.set(0);
        kept.set(far);
        keep(0, far, kept);
        keep(far, size, kept);
        int[] fewer = new int[2 * kept.cardinality()];
        int count = 0;
        for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
            fewer[count++] = corners[2 * i];
            fewer[count++] = corners[2 * i + 1];
        }
        return count < 6 ? this : new Outline(fewer);
    }

    /**
     * Keeps the corners between two corners that are too far from the straight line between these two. If {@code to}
     * equals the number of corners, it stands for the first corner.
     */
    private void keep(int from, int to, BitSet kept) {
        double largest = TOLERANCE;
        int furthest = -1;
        for (int i = from + 1; i < to; i++) {
            double distance = distance(i, from, to % size());
            if (distance > largest) {
                largest = distance;
                furthest = i;
            }
        }
        if (furthest >= 0) {
            kept.set(furthest);
            keep(from, furthest, kept);
            keep(furthest, to, kept);
        }
    }

    private double distance(int point, int from, int to) {
        double ax = corners[2 * from];
        double ay = corners[2 * from + 1];
        double dx = corners[2 * to] - ax;
        double dy = corners[2 * to + 1] - ay;
        double px = corners[2 * point] - ax;
        double py = corners[2 * point + 1] - ay;
        double length = dx * dx + dy * dy;
        double along = length == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
        return Math.hypot(px - along * dx, py - along * dy);
    }
}
