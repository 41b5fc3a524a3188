package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/** Finds the connected regions of a map above a threshold. Pixels that touch at a side or at a corner are connected. */
public final class Regions {
    private final ScoreMap map;
    private final float threshold;
    private final int[] labels;
    private final int[] stack;

    private Regions(ScoreMap map, float threshold) {
        this.map = map;
        this.threshold = threshold;
        this.labels = new int[map.values().length];
        this.stack = new int[map.values().length];
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
        regions.fill(y * map.width() + x, 1);
        boolean[] pixels = new boolean[regions.labels.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = regions.labels[i] == 1;
        }
        return new Mask(map.width(), map.height(), pixels);
    }

    private List<Region> find(int leastArea) {
        List<Region> regions = new ArrayList<>();
        int label = 0;
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] == 0 && map.values()[i] > threshold) {
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
        int width = map.width();
        int count = 1;
        stack[0] = start;
        labels[start] = label;
        for (int next = 0; next < count; next++) {
            int x = stack[next] % width;
            int y = stack[next] / width;
            for (int v = Math.max(0, y - 1); v <= Math.min(map.height() - 1, y + 1); v++) {
                for (int u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
                    int at = v * width + u;
                    if (labels[at] == 0 && map.values()[at] > threshold) {
                        labels[at] = label;
                        stack[count++] = at;
                    }
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
        int peak = stack[0];
        for (int i = 0; i < area; i++) {
            int x = stack[i] % width;
            int y = stack[i] / width;
            left = Math.min(left, x);
            right = Math.max(right, x);
            top = Math.min(top, y);
            bottom = Math.max(bottom, y);
            across += x;
            down += y;
            float value = map.values()[stack[i]];
            sum += value;
            float highest = map.values()[peak];
            if (value > highest || value == highest && stack[i] < peak) {
                peak = stack[i];
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
                map.values()[peak],
                sum / area,
                outlines(label, box, Arrays.copyOf(stack, area)));
    }

    private List<Outline> outlines(int label, Region.Box box, int[] pixels) {
        int width = map.width();
        Outline.Inside inside =
                (x, y) -> x >= 0 && y >= 0 && x < width && y < map.height() && labels[y * width + x] == label;
        BitSet seen = new BitSet();
        List<Outline> rings = new ArrayList<>();
        Arrays.sort(pixels);
        for (int pixel : pixels) {
            int x = pixel % width;
            int y = pixel / width;
            boolean isNew = !seen.get((y - box.y()) * box.width() + x - box.x());
            if (isNew && !inside.at(x, y - 1)) {
                rings.add(Outline.trace(inside, x, y, box, seen));
            }
        }
        return rings.stream().map(Outline::simplified).toList();
    }
}
