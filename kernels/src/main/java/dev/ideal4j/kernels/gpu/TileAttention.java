package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** {@link AttentionKernels} for GPUs: {@code attention.kc}, compiled for each head width in use. */
final class TileAttention implements AttentionKernels {
    private static final int LARGEST_HEAD = 2048;

    private final GpuBackend backend;
    /** By the head's width, rounded up to a multiple of 16. */
    private final Map<Integer, Kernels> kernels = new ConcurrentHashMap<>();

    TileAttention(GpuBackend backend) {
        this.backend = backend;
    }

    @Override
    public void run(Operand q, Operand k, Operand v, Tensor bias, Sizes sizes, Tensor out) {
        int head = Math.max(16, (sizes.headWidth() + 15) / 16 * 16);
        if (head > LARGEST_HEAD) {
            throw new InvalidInputException("head", sizes.headWidth() + " columns", "at most " + LARGEST_HEAD);
        }
        int queries = head <= 256 ? 16 : 4; // as in attention.kc
        kernels.computeIfAbsent(head, width -> backend.kernels(Map.of("HEAD", width), "attention"))
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
