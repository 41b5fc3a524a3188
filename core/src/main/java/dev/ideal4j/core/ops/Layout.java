package dev.ideal4j.core.ops;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Copies elements unchanged, and looks them up in tables. */
public final class Layout {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Layout(Implementation implementation) {
        this.implementation = implementation;
    }

    /** Copies all elements. The sizes must be equal, but the shapes may differ. The tensors must not share memory. */
    public void copy(Tensor from, Tensor to) {
        if (from.shape().size() != to.shape().size()) {
            throw new InvalidInputException("copy", from.shape() + " to " + to.shape(), "as many elements in both");
        }
        if (from.overlaps(to)) {
            throw new InvalidInputException("copy", "tensors that share memory", "separate ones");
        }
        implementation.copy(from, to);
    }

    /**
     * Copies chosen rows: row i of {@code out} becomes row {@code rows[i]} of {@code x}.
     *
     * @param x {@code (n, c)}
     * @param rows r positions of rows of {@code x}, each 0 to n − 1, which a device need not check
     * @param out {@code (r, c)}
     */
    public void gather(Tensor x, Indices rows, Tensor out) {
        Checks.rank("x", x.shape(), 2);
        Checks.range(
                "rows of out",
                out.shape().rows(),
                rows.shape().size(),
                rows.shape().size());
        Checks.width("out", out.shape(), x.shape().last());
        Checks.separate("out", out, x);
        implementation.gather(x, rows, out);
    }

    /**
     * Copies neighbouring columns of each row. All other columns of {@code out} keep their values.
     *
     * @param x {@code (r, c)}
     * @param first first column of {@code x} to copy
     * @param out {@code (r, d)}
     * @param at column of {@code out} that receives it
     * @param count number of columns
     */
    public void columns(Tensor x, int first, Tensor out, int at, int count) {
        Checks.rows("out", out.shape(), x.shape().rows(), out.shape().last());
        Checks.range(
                "number of columns",
                count,
                0,
                Math.min(x.shape().last(), out.shape().last()));
        Checks.range("first column", first, 0, x.shape().last() - count);
        Checks.range("column of out", at, 0, out.shape().last() - count);
        Checks.separate("out", out, x);
        implementation.columns(x, first, out, at, count);
    }

    /**
     * Looks up bytes whose channels alternate, in a table of each channel, and writes a plane for each channel: {@code
     * out[i][k][p] = table[k][byte c · p + k of row i]}.
     *
     * @param bytes {@code (b, ⌈c · n / 4⌉)}: four unsigned bytes in each integer, the first in the lowest bits
     * @param table {@code (c, 256)}
     * @param out {@code (b, c, n)}
     */
    public void lookup(Indices bytes, Tensor table, Tensor out) {
        Checks.rank("out", out.shape(), 3);
        int channels = out.shape().axis(1);
        int integers = Math.toIntExact(((long) channels * out.shape().axis(2) + 3) / 4);
        Checks.shape("bytes", bytes.shape(), out.shape().axis(0), integers);
        Checks.shape("table", table.shape(), channels, 256);
        Checks.separate("out", out, table);
        implementation.lookup(bytes, table, out);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void copy(Tensor from, Tensor to);

        void gather(Tensor x, Indices rows, Tensor out);

        void columns(Tensor x, int first, Tensor out, int at, int count);

        void lookup(Indices bytes, Tensor table, Tensor out);
    }
}
