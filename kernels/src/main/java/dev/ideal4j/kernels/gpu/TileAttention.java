package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * {@link AttentionKernels} for GPUs by {@code attention.kc}, which is compiled only for the head widths that are in
 * use.
 */
final class TileAttention implements AttentionKernels {
    /**
     * The head widths with kernels. They are few, so that all of them can be compiled ahead. Other heads are padded to
     * the next width.
     */
    private static final int[] WIDTHS = {16, 32, 48, 64, 96, 128, 256, 512, 1024, 2048};

    /** The number of queries that a work-group processes at a time for one head width, and the kernels for it. */
    private record Tile(int queries, Kernels kernels) {}

    /** The tiles by head width, for the widths that fit the device's local memory. */
    private final NavigableMap<Integer, Tile> tiles = new TreeMap<>();

    private final long localBytes;

    TileAttention(GpuBackend backend) {
        localBytes = backend.runtime().device().localBytes();
        for (int head : WIDTHS) {
            int queries = head <= 256 ? 16 : head <= 1024 ? 4 : 1;
            int keys = Math.max(2, 2048 / head); // with one key, PoCL 3.1 gives wrong results
            while (keys > 2 && bytes(head, queries, keys) > localBytes) {
                keys /= 2;
            }
            while (queries > 1 && bytes(head, queries, keys) > localBytes) {
                queries /= 2;
            }
            if (bytes(head, queries, keys) <= localBytes) {
                Map<String, Integer> sizes = Map.of("HEAD", head, "QUERIES", queries, "KEYS", keys);
                tiles.put(head, new Tile(queries, backend.kernels(sizes, "attention")));
            }
        }
    }

    /** Returns the size of the local arrays of {@code attention.kc}. */
    private static long bytes(int head, int queries, int keys) {
        return 4L * ((queries + 2 * keys) * (head + 1) + queries * keys);
    }

    @Override
    public void run(Operand q, Operand k, Operand v, Tensor bias, Sizes sizes, Tensor out) {
        Map.Entry<Integer, Tile> found = tiles.ceilingEntry(sizes.headWidth());
        if (found == null) {
            throw new InvalidInputException(
                    "head",
                    sizes.headWidth() + " columns",
                    "at most " + tiles.lastKey() + " with " + localBytes + " bytes of local memory");
        }
        int queries = found.getValue().queries;
        found.getValue()
                .kernels
                .launch("attend")
                .in(q.tensor())
                .with(q.stride())
                .in(k.tensor())
                .with(k.stride())
                .in(v.tensor())
                .with(v.stride())
                .optional(bias, out)
                .out(out)
                .with(sizes.queries(), sizes.keys(), sizes.heads(), sizes.headWidth())
                .with(sizes.scale())
                .groups((sizes.queries() + queries - 1) / queries, sizes.heads(), sizes.samples());
    }
}
