package dev.ideal4j.detectors;

import dev.ideal4j.core.image.ScoreMap;
import java.util.Arrays;

/**
 * Blends the maps of an image's tiles, which are added row by row, into a map of the whole image. Where tiles overlap, the
 * outer third of the overlap comes from the other tile, because the edge of a tile shows where a network or a neighbourhood
 * was padded. In the middle third the weights change evenly from one tile to the other. Only the sums of one row of tiles
 * and the finished rows of the map are in memory.
 */
final class TileBlend {
    /** Weight at the edge of a tile. It counts only where no other tile does, at the edge of the image. */
    private static final float EDGE = 1e-8f;

    private final TileCut cut;
    private final double perPixel;
    private final int width;
    private final int height;
    private final int depth;
    private final float[] across;
    private final float[] down;
    private final double[] sums;
    private final float[] weights;
    private final float[] values;
    private int first;

    /**
     * @param tile the map of any tile, for its size
     */
    TileBlend(TileCut cut, ScoreMap tile) {
        this.cut = cut;
        this.perPixel = (double) tile.width() / cut.side;
        this.width = Math.max(1, (int) Math.round(cut.width * perPixel));
        this.height = Math.max(1, (int) Math.round(cut.height * perPixel));
        this.depth = Math.min(height, tile.height());
        this.across = window(Math.min(width, tile.width()), (int) (cut.sharedColumns() * perPixel));
        this.down = window(depth, (int) (cut.sharedRows() * perPixel));
        this.sums = new double[Math.multiplyExact(width, depth)];
        this.weights = new float[sums.length];
        this.values = new float[Math.multiplyExact(width, height)];
    }

    /** Adds a tile's map. */
    void add(int tile, ScoreMap map) {
        int left = Math.max(0, Math.min(width - map.width(), (int) Math.round(cut.left(tile) * perPixel)));
        int top = Math.max(0, Math.min(height - map.height(), (int) Math.round(cut.top(tile) * perPixel)));
        finish(top);
        for (int y = 0; y < depth; y++) {
            int from = y * map.width();
            int to = y * width + left;
            for (int x = 0; x < across.length; x++) {
                float weight = across[x] * down[y];
                sums[to + x] += (double) weight * map.values()[from + x];
                weights[to + x] += weight;
            }
        }
    }

    /**
     * Weights along a side of a tile, never zero.
     *
     * @param shared length that neighbouring tiles share
     */
    private static float[] window(int length, int shared) {
        int edge = shared / 3;
        float[] window = new float[length];
        for (int i = 0; i < length; i++) {
            int inside = Math.min(i, length - 1 - i) + 1 - edge;
            window[i] = Math.max(EDGE, Math.min(1, inside / (shared - 2 * edge + 1f)));
        }
        return window;
    }

    /** Finishes the rows above a given row, to which nothing is added later; zero where no tile counts. */
    private void finish(int row) {
        int done = (Math.min(row, first + depth) - first) * width;
        for (int i = 0; i < done; i++) {
            values[first * width + i] = weights[i] == 0 ? 0 : (float) (sums[i] / weights[i]);
        }
        System.arraycopy(sums, done, sums, 0, sums.length - done);
        System.arraycopy(weights, done, weights, 0, weights.length - done);
        Arrays.fill(sums, sums.length - done, sums.length, 0);
        Arrays.fill(weights, weights.length - done, weights.length, 0);
        first = row;
    }

    /** The finished map. Nothing can be added later. */
    ScoreMap done() {
        finish(Math.min(height, first + depth));
        return new ScoreMap(width, height, values);
    }
}
