package dev.ideal4j.core.image.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * An image on which areas are marked. Coordinates are in pixels: pixel (x, y) covers x to x + 1 and y to y + 1. Parts
 * outside of the image are ignored.
 */
final class Canvas {
    /** Maximum outline length of a polygon in pixels. It limits time and memory. */
    private static final double MAX_OUTLINE = 1e6;

    /** pycocotools traces outlines on a grid that is finer by this factor. */
    private static final int FINER = 5;

    final int width;
    final int height;
    final boolean[] pixels;

    Canvas(int width, int height) {
        this.width = width;
        this.height = height;
        this.pixels = new boolean[Math.multiplyExact(width, height)];
    }

    /** Marks pixels of a mask of the same size. The predicate receives row-major indices. */
    void add(int ofWidth, int ofHeight, IntPredicate marked) throws LabelFault {
        if (ofWidth != width || ofHeight != height) {
            throw new LabelFault("a mask of " + ofWidth + "×" + ofHeight + " pixels", width + "×" + height);
        }
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] |= marked.test(i);
        }
    }

    /** Converts points from fractions of the image's sides to pixels. The array alternates x and y. */
    double[] scaled(double[] shares) {
        double[] points = new double[shares.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = shares[i] * (i % 2 == 0 ? width : height);
        }
        return points;
    }

    /** Marks the pixels {@code from} to {@code to} (inclusive) of a row. */
    void span(int y, double from, double to) {
        if (y >= 0 && y < height && from < width && to >= 0 && from <= to) {
            int begin = y * width;
            Arrays.fill(pixels, begin + (int) Math.max(from, 0), begin + (int) Math.min(to, width - 1) + 1, true);
        }
    }

    /** Marks the pixels {@code from} (inclusive) to {@code to} (exclusive) in column-major order. */
    void columns(long from, long to) {
        for (long i = from; i < Math.min(to, pixels.length); i++) {
            pixels[(int) (i % height) * width + (int) (i / height)] = true;
        }
    }

    /** Marks the pixels of a box from one corner to the other, both inclusive. */
    void box(double x0, double y0, double x1, double y1) {
        for (int y = (int) Math.max(0, Math.min(y0, y1)); y <= Math.min(height - 1, (int) Math.max(y0, y1)); y++) {
            span(y, (int) Math.min(x0, x1), (int) Math.max(x0, x1));
        }
    }

    /** Marks the pixels at a distance of at most {@code radius} from the line between two points. */
    void stroke(double x0, double y0, double x1, double y1, double radius) {
        double along = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0);
        int bottom = (int) Math.min(height - 1, Math.max(y0, y1) + radius);
        int right = (int) Math.min(width - 1, Math.max(x0, x1) + radius);
        for (int y = (int) Math.max(0, Math.min(y0, y1) - radius); y <= bottom; y++) {
            for (int x = (int) Math.max(0, Math.min(x0, x1) - radius); x <= right; x++) {
                double at = along == 0 ? 0 : ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / along;
                double nearest = Math.max(0, Math.min(1, at));
                double distance = Math.hypot(x - x0 - nearest * (x1 - x0), y - y0 - nearest * (y1 - y0));
                pixels[y * width + x] |= distance <= radius;
            }
        }
    }

    /**
     * Marks exactly the pixels of a polygon that pycocotools marks. Corners are rounded to fifths of a pixel, and a
     * pixel is marked if its centre lies inside. The even-odd rule applies where the outline crosses itself.
     *
     * @param points x and y of the corners in turn
     */
    void fill(double[] points) throws LabelFault {
        checkOutline(points);
        IntStream.Builder crossings = IntStream.builder();
        for (int i = 0; i < points.length; i += 2) {
            int next = (i + 2) % points.length;
            cross(finer(points[i]), finer(points[i + 1]), finer(points[next]), finer(points[next + 1]), crossings);
        }
        int[] inOrder = crossings.build().sorted().toArray();
        for (int i = 0; i < inOrder.length; i += 2) {
            columns(inOrder[i], i + 1 < inOrder.length ? inOrder[i + 1] : pixels.length);
        }
    }

    private static int finer(double coordinate) {
        return (int) (FINER * coordinate + 0.5);
    }

    /**
     * Adds the points at which an edge on the finer grid crosses the centres of columns, as column-major indices. An
     * edge has the same points in both directions, so that neighbouring polygons share them.
     */
    private void cross(int x0, int y0, int x1, int y1, IntStream.Builder crossings) {
        boolean flat = Math.abs(x1 - x0) >= Math.abs(y1 - y0);
        if (flat ? x0 > x1 : y0 > y1) {
            cross(x1, y1, x0, y0, crossings);
            return;
        }
        int steps = flat ? x1 - x0 : y1 - y0;
        double slope = flat ? (double) (y1 - y0) / steps : (double) (x1 - x0) / steps;
        for (int step = 1; step <= steps; step++) {
            int x = flat ? x0 + step : (int) (x0 + slope * step + 0.5);
            int before = flat ? x - 1 : (int) (x0 + slope * (step - 1) + 0.5);
            int centre = Math.min(x, before) - FINER / 2;
            if (x == before || centre < 0 || centre % FINER != 0 || centre / FINER >= width) {
                continue;
            }
            int y = flat
                    ? Math.min((int) (y0 + slope * step + 0.5), (int) (y0 + slope * (step - 1) + 0.5))
                    : y0 + step - 1;
            int row = (int) Math.ceil((y - FINER / 2) / (double) FINER);
            crossings.add(centre / FINER * height + Math.max(0, Math.min(height, row)));
        }
    }

    /**
     * Marks a polygon like LabelMe, which draws it with Pillow. Corners are truncated to whole pixels, and the outline
     * belongs to the polygon. Pillow may mark a few more pixels at a sharp corner.
     *
     * @param points x and y of the corners in turn
     */
    void draw(double[] points) throws LabelFault {
        checkOutline(points);
        // Each row has two entries: one with the corners at the upper ends of edges and one with the corners at the
        // lower ends.
        Map<Integer, List<Float>> crossings = new HashMap<>();
        for (int i = 0; i < points.length; i += 2) {
            int next = (i + 2) % points.length;
            int x0 = (int) points[i];
            int y0 = (int) points[i + 1];
            int x1 = (int) points[next];
            int y1 = (int) points[next + 1];
            if (y0 == y1) {
                span(y0, Math.min(x0, x1), Math.max(x0, x1));
                continue;
            }
            float slope = (float) (x1 - x0) / (y1 - y0);
            int last = Math.min(height - 1, Math.max(y0, y1));
            for (int y = Math.max(0, Math.min(y0, y1)); y <= last; y++) {
                float x = (y - y0) * slope + x0;
                if (y < Math.max(y0, y1)) {
                    crossings.computeIfAbsent(2 * y, row -> new ArrayList<>()).add(x);
                }
                if (y > Math.min(y0, y1)) {
                    crossings
                            .computeIfAbsent(2 * y + 1, row -> new ArrayList<>())
                            .add(x);
                }
            }
        }
        crossings.forEach((row, xs) -> {
            Collections.sort(xs);
            for (int i = 0; i + 1 < xs.size(); i += 2) {
                span(row / 2, Math.round(xs.get(i)), (float) Math.ceil(xs.get(i + 1) - 0.5f));
            }
        });
    }

    private static void checkOutline(double[] points) throws LabelFault {
        if (points.length < 6 || points.length % 2 != 0) {
            throw new LabelFault("a polygon of " + points.length + " coordinates", "x and y of 3 corners or more");
        }
        double length = 0;
        for (int i = 0; i < points.length; i += 2) {
            int next = (i + 2) % points.length;
            length += Math.abs(points[next] - points[i]) + Math.abs(points[next + 1] - points[i + 1]);
        }
        if (!(length <= MAX_OUTLINE)) {
            throw new LabelFault(
                    "a polygon with an outline of " + (float) length + " pixels", "at most " + MAX_OUTLINE);
        }
    }
}
