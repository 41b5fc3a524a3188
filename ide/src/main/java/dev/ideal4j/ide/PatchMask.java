package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import java.util.Arrays;

/**
 * A mask of the defective patches of an image. Immutable.
 *
 * <p>Patch (i, j) is marked if a pixel is set in rows {@code p·i − 1 … p·i + p − 2} and columns
 * {@code p·j − 1 … p·j + p − 2}, limited to the image. The reason is that the published implementation sums windows of
 * the patch size p with a padding of 1, which shifts each window one pixel up and left. The last row and column of
 * pixels mark nothing.
 */
public final class PatchMask {
    private final int rows;
    private final int columns;
    private final boolean[] marked;

    private PatchMask(int rows, int columns, boolean[] marked) {
        this.rows = rows;
        this.columns = columns;
        this.marked = marked;
    }

    /**
     * Marks the given patches.
     *
     * @param rows rows of the patch grid, 1 or more
     * @param columns columns of the patch grid, 1 or more
     * @param marked one value per patch, row by row; copied
     * @throws InvalidInputException if the number of values is not {@code rows · columns}
     */
    public static PatchMask of(int rows, int columns, boolean[] marked) {
        if (rows < 1 || columns < 1 || marked.length != (long) rows * columns) {
            throw new InvalidInputException(
                    "patch mask", rows + "×" + columns + " with " + marked.length + " patches", "a value per patch");
        }
        return new PatchMask(rows, columns, marked.clone());
    }

    /**
     * Marks the patches that a defect touches.
     *
     * @param mask mask of the network's input size
     * @param patchSize p, side of a patch in pixels; must divide both sides of the mask
     * @throws InvalidInputException if {@code patchSize} does not divide both sides of the mask
     */
    public static PatchMask of(Mask mask, int patchSize) {
        checkSize(mask, patchSize);
        int rows = mask.height() / patchSize;
        int columns = mask.width() / patchSize;
        boolean[] marked = new boolean[rows * columns];
        for (int y = 0; y < rows * patchSize - 1; y++) {
            for (int x = 0; x < columns * patchSize - 1; x++) {
                if (mask.pixels()[y * mask.width() + x]) {
                    marked[(y + 1) / patchSize * columns + (x + 1) / patchSize] = true;
                }
            }
        }
        return new PatchMask(rows, columns, marked);
    }

    /**
     * Marks the patches of which a defect covers at least half. If there are none, marks the patches with the largest
     * covered area. Marks nothing if the mask is empty. Unlike {@link #of(Mask, int)}, patches are not shifted by a
     * pixel.
     *
     * @param mask mask of the network's input size
     * @param patchSize p, side of a patch in pixels; must divide both sides of the mask
     * @throws InvalidInputException if {@code patchSize} does not divide both sides of the mask
     */
    public static PatchMask covered(Mask mask, int patchSize) {
        checkSize(mask, patchSize);
        int rows = mask.height() / patchSize;
        int columns = mask.width() / patchSize;
        int[] set = new int[rows * columns];
        for (int i = 0; i < mask.pixels().length; i++) {
            int y = i / mask.width();
            int x = i % mask.width();
            set[y / patchSize * columns + x / patchSize] += mask.pixels()[i] ? 1 : 0;
        }
        int most = Arrays.stream(set).max().orElseThrow();
        int least = Math.max(1, Math.min(most, (patchSize * patchSize + 1) / 2));
        boolean[] marked = new boolean[set.length];
        for (int patch = 0; patch < set.length; patch++) {
            marked[patch] = set[patch] >= least;
        }
        return new PatchMask(rows, columns, marked);
    }

    private static void checkSize(Mask mask, int patchSize) {
        if (patchSize < 1 || mask.height() % patchSize != 0 || mask.width() % patchSize != 0) {
            throw new InvalidInputException(
                    "mask", mask.width() + "×" + mask.height(), "sides that are multiples of " + patchSize);
        }
    }

    /** Returns this mask with the patches beside it added, including those at its corners. */
    public PatchMask grown() {
        boolean[] grown = new boolean[marked.length];
        for (int patch = 0; patch < marked.length; patch++) {
            if (marked[patch]) {
                int row = patch / columns;
                int column = patch % columns;
                for (int y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
                    int from = Math.max(0, column - 1);
                    Arrays.fill(grown, y * columns + from, y * columns + Math.min(columns, column + 2), true);
                }
            }
        }
        return new PatchMask(rows, columns, grown);
    }

    /** Returns the number of rows of the patch grid. */
    public int rows() {
        return rows;
    }

    /** Returns the number of columns of the patch grid. */
    public int columns() {
        return columns;
    }

    /** Returns the number of patches, N. */
    public int size() {
        return marked.length;
    }

    /** Returns whether a patch is marked. Patches are counted row by row. */
    public boolean marked(int patch) {
        return marked[patch];
    }

    /** Returns the number of marked patches. */
    public int count() {
        int count = 0;
        for (boolean patch : marked) {
            count += patch ? 1 : 0;
        }
        return count;
    }
}
