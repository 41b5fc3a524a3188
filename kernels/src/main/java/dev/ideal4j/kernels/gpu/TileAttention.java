package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** {@link AttentionKernels} for GPUs: {@code attention.kc}, compiled for those of its head widths that are in use. */
final class TileAttention implements AttentionKernels {
    /** Few, so that all of them can be compiled ahead; other heads are padded to the next. */
    private static final int[] WIDTHS = {16, 32, 48, 64, 96, 128, 256, 512, 1024, 2048};

    /** What a work-group takes at a time of heads of one width, and the kernels made for that. */
    private record Tile(int queries, Kernels kernels) {}

    /** By the head's width; those that fit the device's local memory. */
    private final NavigableMap<Integer, Tile> tiles = new TreeMap<>();

    private final long localBytes;

    TileAttention(GpuBackend backend) {
        localBytes = backend.runtime().device().localBytes();
        for (int head : WIDTHS) {
            int queries = head <= 256 ? 16 : head <= 1024 ? 4 : 1;
            int keys = Math.max(2, 2048 / head); // with one, PoCL 3.1 gives wrong results
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

    /** The local arrays of {@code attention.kc}. */
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
