package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.image.Mask;
import java.util.Arrays;

/** The connected regions of a mask, numbered from 0 in reading order of their first pixels. */
record Regions(int[] labels, int[] sizes) {
    /** The pixels that are neighbours of a pixel. */
    enum Connectivity {
        /** The four pixels at its sides, as in the published code. */
        FOUR,
        /** The eight pixels at its sides and corners, as in MVTec's evaluation. */
        EIGHT
    }

    /** Label of pixels outside all regions. */
    static final int NONE = -1;

    /** Number of regions. */
    int count() {
        return sizes.length;
    }

    /** Number of pixels of a region. */
    int size(int region) {
        return sizes[region];
    }

    /** Finds the regions by flood filling. */
    static Regions of(Mask mask, Connectivity connectivity) {
        boolean[] pixels = mask.pixels();
        int[] labels = new int[pixels.length];
        Arrays.fill(labels, NONE);
        int[] sizes = new int[8];
        int count = 0;
        int[] stack = new int[64];
        for (int start = 0; start < pixels.length; start++) {
            if (!pixels[start] || labels[start] != NONE) {
                continue;
            }
            int size = 0;
            int depth = 0;
            labels[start] = count;
            stack[depth++] = start;
            while (depth > 0) {
                int at = stack[--depth];
                size++;
                int x = at % mask.width();
                int y = at / mask.width();
                if (depth + 8 > stack.length) {
                    stack = Arrays.copyOf(stack, 2 * stack.length);
                }
                for (int dy = -1; dy <= 1; dy++) {
                    for (int dx = -1; dx <= 1; dx++) {
                        boolean near = connectivity == Connectivity.EIGHT || dx == 0 || dy == 0;
                        boolean inside = x + dx >= 0 && x + dx < mask.width() && y + dy >= 0 && y + dy < mask.height();
                        int next = at + dy * mask.width() + dx;
                        if (near && inside && pixels[next] && labels[next] == NONE) {
                            labels[next] = count;
                            stack[depth++] = next;
                        }
                    }
                }
            }
            if (count == sizes.length) {
                sizes = Arrays.copyOf(sizes, 2 * count);
            }
            sizes[count++] = size;
        }
        return new Regions(labels, Arrays.copyOf(sizes, count));
    }
}
