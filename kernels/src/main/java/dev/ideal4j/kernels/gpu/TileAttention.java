package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import java.util.Arrays;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** {@link AttentionKernels} for GPUs: {@code attention.kc}, compiled for those of its head widths that are in use. */
final class TileAttention implements AttentionKernels {
    /** Few, so that all of them can be compiled ahead; other heads are padded to the next. */
    private static final int[] WIDTHS = {16, 32, 48, 64, 96, 128, 256, 512, 1024, 2048};

    /** By the head's width. */
    private final NavigableMap<Integer, Kernels> kernels = new TreeMap<>();

    TileAttention(GpuBackend backend) {
        Arrays.stream(WIDTHS).forEach(width -> kernels.put(width, backend.kernels(Map.of("HEAD", width), "attention")));
    }

    @Override
    public void run(Operand q, Operand k, Operand v, Tensor bias, Sizes sizes, Tensor out) {
        Map.Entry<Integer, Kernels> found = kernels.ceilingEntry(sizes.headWidth());
        if (found == null) {
            throw new InvalidInputException("head", sizes.headWidth() + " columns", "at most " + kernels.lastKey());
        }
        int head = found.getKey();
        int queries = head <= 256 ? 16 : head <= 1024 ? 4 : 1; // as in attention.kc
        found.getValue()
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
