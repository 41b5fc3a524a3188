package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Finds the connected regions of a map above a threshold. Pixels that touch at a side or at a corner are connected. */
public final class Regions {
    /** The label of pixels that belong to no region. */
    private static final int OUTSIDE = -1;

    private final ScoreMap map;
    /** Width of the map with a border of one pixel on each side. */
    private final int stride;
    /** Labels of the pixels and of the border around them. 0 stands for a pixel of a region that is not found yet. */
    private final int[] labels;
    /** Positions in {@link #labels}. */
    private final int[] stack;
    /** The distances from a pixel to its neighbours in {@link #labels}. */
    private final int[] around;

    private Regions(ScoreMap map, float threshold) {
        this.map = map;
        this.stride = map.width() + 2;
        this.labels = new int[Math.multiplyExact(stride, map.height() + 2)];
        this.stack = new int[map.values().length];
        this.around = new int[] {-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1};
        Arrays.fill(labels, OUTSIDE);
        for (int y = 0; y < map.height(); y++) {
            for (int x = 0; x < map.width(); x++) {
                if (map.values()[y * map.width() + x] > threshold) {
                    labels[place(x, y)] = 0;
                }
            }
        }
    }

    private int place(int x, int y) {
        return (y + 1) * stride + x + 1;
    }

    /**
     * Returns the regions in descending order of their highest score.
     *
     * @param map the map; for regions in pixels of the image, resize it first with {@link ScoreMap#resize}
     * @param threshold scores above this threshold belong to a region; NaN scores never do
     * @param leastArea regions with fewer pixels are omitted; 1 or more
     */
    public static List<Region> above(ScoreMap map, float threshold, int leastArea) {
        if (Float.isNaN(threshold) || leastArea < 1) {
            throw new InvalidInputException(
                    "regions",
                    "threshold " + threshold + " and area " + leastArea,
                    "a number, and an area of 1 or more");
        }
        for (float value : map.values()) {
            if (value > threshold) {
                return new Regions(map, threshold).find(leastArea);
            }
        }
        return List.of();
    }

    /** Returns the pixels above the threshold that are connected to a given pixel. */
    static Mask connected(ScoreMap map, float threshold, int x, int y) {
        Regions regions = new Regions(map, threshold);
        regions.fill(regions.place(x, y), 1);
        boolean[] pixels = new boolean[map.values().length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = regions.labels[regions.place(i % map.width(), i / map.width())] == 1;
        }
        return new Mask(map.width(), map.height(), pixels);
    }

    private List<Region> find(int leastArea) {
        List<Region> regions = new ArrayList<>();
        int label = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == 0) {
                int area = fill(i, ++label);
                if (area >= leastArea) {
                    regions.add(region(area, label));
                }
            }
        }
        regions.sort(Comparator.comparingDouble(region -> -region.max()));
        return regions;
    }

    /** Labels a region, stores its pixels at the beginning of the stack, and returns their number. */
    private int fill(int start, int label) {
        int count = 1;
        stack[0] = start;
        labels[start] = label;
        for (int next = 0; next < count; next++) {
            int pixel = stack[next];
            for (int step : around) {
                int at = pixel + step;
                if (labels[at] == 0) {
                    labels[at] = label;
                    stack[count++] = at;
                }
            }
        }
        return count;
    }

    private Region region(int area, int label) {
        int width = map.width();
        int left = width;
        int right = 0;
        int top = map.height();
        int bottom = 0;
        double across = 0;
        double down = 0;
        double sum = 0;
        int peak = 0;
        float highest = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < area; i++) {
            int y = stack[i] / stride - 1;
            int x = stack[i] - (y + 1) * stride - 1;
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
            across += x;
            down += y;
            int at = y * width + x;
            float value = map.values()[at];
            sum += value;
            if (value > highest || value == highest && at < peak) {
                peak = at;
                highest = value;
            }
        }
        Region.Box box = new Region.Box(left, top, right - left + 1, bottom - top + 1);
        return new Region(
                area,
                box,
                across / area + 0.5,
                down / area + 0.5,
                peak % width,
                peak / width,
                highest,
                sum / area,
                outlines(area, label, box));
    }

    private List<Outline> outlines(int area, int label, Region.Box box) {
        int[] upper = new int[area];
        int count = 0;
        for (int i = 0; i < area; i++) {
            if (labels[stack[i] - stride] != label) {
                upper[count++] = stack[i];
            }
        }
        Arrays.sort(upper, 0, count);
        BitSet seen = new BitSet();
        List<Outline> rings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int y = upper[i] / stride - 1;
            int x = upper[i] % stride - 1;
            if (!seen.get((y - box.y()) * box.width() + x - box.x())) {
                Outline.Inside inside = (u, v) -> labels[place(u, v)] == label;
                rings.add(Outline.trace(inside, x, y, box, seen));
            }
        }
        return rings.stream().map(Outline::simplified).toList();
    }
}
