package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;

/** {@link AttentionKernels} for CPUs by {@code attention-registers.kc}. */
final class RegisterAttention implements AttentionKernels {
    /** The same value as in {@code register-tile.kc}. */
    private static final int TILE_ROWS = 8;

    private static final int TILE_COLUMNS = 32;

    private final GpuBackend backend;
    private final Kernels kernels;

    RegisterAttention(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("register-tile", "attention-registers");
    }

    @Override
    public void run(Operand q, Operand k, Operand v, Tensor bias, Sizes sizes, Tensor out) {
        int heads = sizes.heads();
        int keys = sizes.keys();
        int width = sizes.headWidth();
        int down = (keys + TILE_COLUMNS - 1) / TILE_COLUMNS;
        int across = (width + TILE_COLUMNS - 1) / TILE_COLUMNS;
        try (Scope scratch = backend.scope()) {
            Tensor keyPanels = scratch.allocate(sizes.samples(), heads, down, width * TILE_COLUMNS);
            Tensor valuePanels = scratch.allocate(sizes.samples(), heads, across, keys * TILE_COLUMNS);
            pack("pack_keys", k, keyPanels, sizes, down);
            pack("pack_values", v, valuePanels, sizes, across);
            kernels.launch("attend")
                    .in(q.tensor())
                    .with(q.stride())
                    .in(keyPanels)
                    .in(valuePanels)
                    .optional(bias, out)
                    .out(out)
                    .with(sizes.queries(), keys, heads, width)
                    .with(sizes.scale())
                    .groups((sizes.queries() + TILE_ROWS - 1) / TILE_ROWS, heads, sizes.samples());
        }
    }

    private void pack(String kernel, Operand x, Tensor panels, Sizes sizes, int count) {
        kernels.launch(kernel)
                .in(x.tensor())
                .with(x.stride())
                .out(panels)
                .with(sizes.keys(), sizes.headWidth())
                .groups(count, sizes.heads(), sizes.samples());
    }
}
