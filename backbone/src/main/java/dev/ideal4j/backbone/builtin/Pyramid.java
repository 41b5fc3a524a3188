package dev.ideal4j.backbone.builtin;

import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.image.ImageNormalization;
import java.util.Arrays;

/**
 * The preprocessing: the image at 448 × 448, 224 × 224 and 112 × 112 pixels (or another size, its half and its
 * quarter). Samples are logarithms, so that a change of lighting is an offset. Each size has four copies that are
 * shifted by parts of a block, so that the fixed grid of blocks covers every position several times.
 */
final class Pyramid {
    /** Default side of the input in pixels. */
    static final int SIDE = 448;

    /** Number of sizes. Each size is half of the previous size. */
    static final int LEVELS = 3;

    /** Number of copies of each size. */
    static final int SHIFTS = 4;

    private static final double DARK = 12;
    private static final double SPREAD = 0.6;

    /** Shifts of the copies in pixels of their level. They differ by 3 pixels, about half a block. */
    private static final int[] MOVES = {-1, 2};

    /** The longest move. */
    private static final int MOST = 2;

    /** The logarithm of each sample, 0 for a medium grey. */
    static final ImageNormalization LOGARITHMS =
            ImageNormalization.of(sample -> (float) (StrictMath.log((sample + DARK) / (128 + DARK)) / SPREAD));

    private Pyramid() {}

    /** Describes the preprocessing for fingerprints. */
    static String recipe(int side) {
        return "resize bicubic " + side + ", log " + DARK + " " + SPREAD + ", " + LEVELS + " levels, moved by "
                + Arrays.toString(MOVES);
    }

    /** Returns the next level, the means of 2 × 2 pixels. */
    static float[] half(float[] planes, int side) {
        int to = side / 2;
        float[] half = new float[3 * to * to];
        for (int row = 0; row < 3 * to; row++) {
            int above = 2 * row * side;
            for (int x = 0; x < to; x++) {
                int at = above + 2 * x;
                half[row * to + x] = 0.25f * (planes[at] + planes[at + 1] + planes[at + side] + planes[at + side + 1]);
            }
        }
        return half;
    }

    /** Writes a shifted copy. Pixels from outside of the image repeat the border. */
    static void shifted(float[] planes, int side, int shift, float[] to) {
        int dx = MOVES[shift % 2];
        int dy = MOVES[shift / 2];
        int first = Math.max(0, -dx);
        int count = side - Math.abs(dx);
        for (int c = 0; c < 3; c++) {
            for (int y = 0; y < side; y++) {
                int from = (c * side + Math.min(Math.max(y + dy, 0), side - 1)) * side;
                int at = (c * side + y) * side;
                System.arraycopy(planes, from + Math.max(0, dx), to, at + first, count);
                Arrays.fill(to, at, at + first, planes[from]);
                Arrays.fill(to, at + first + count, at + side, planes[from + side - 1]);
            }
        }
    }

    /** Draws all shifted copies of all levels, {@code (1, values)}, of planes {@code (1, 3, side, side)}. */
    static String draw(OnnxGraph graph, String planes, int side) {
        String[] copies = new String[LEVELS * SHIFTS];
        String level = planes;
        for (int i = 0; i < copies.length; i++) {
            if (i > 0 && i % SHIFTS == 0) {
                Attributes halves = new Attributes().with("kernel_shape", 2, 2).with("strides", 2, 2);
                level = graph.apply("AveragePool", halves, level);
            }
            int length = side >> i / SHIFTS;
            copies[i] = moved(graph, level, length, MOVES[i % SHIFTS / 2], MOVES[i % 2]);
        }
        return graph.apply("Concat", new Attributes().with("axis", 1), copies);
    }

    private static String moved(OnnxGraph graph, String planes, int length, int dy, int dx) {
        String room = graph.integers(0, 0, MOST, MOST, 0, 0, MOST, MOST);
        String padded = graph.apply("Pad", new Attributes().with("mode", "edge"), planes, room);
        String cut = graph.apply(
                "Slice",
                padded,
                graph.integers(MOST + dy, MOST + dx),
                graph.integers(MOST + dy + length, MOST + dx + length),
                graph.integers(2, 3));
        return graph.apply("Reshape", cut, graph.integers(1, 3L * length * length));
    }
}
