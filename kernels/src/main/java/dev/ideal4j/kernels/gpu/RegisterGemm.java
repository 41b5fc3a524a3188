package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;

/** {@link Gemm} for CPUs. Tiles stay in vector registers, and right operands are packed into panels. */
final class RegisterGemm implements Gemm {
    /** The same value as in {@code register-tile.kc}. */
    private static final int TILE_ROWS = 8;

    private static final int TILE_COLUMNS = 32;

    private final Kernels kernels;

    RegisterGemm(GpuBackend backend) {
        this.kernels = backend.kernels("epilogue", "register-tile", "gemm-registers");
    }

    /** Panels of {@value #TILE_COLUMNS} columns, each depth-major and padded with zeros. */
    private record Panels(Tensor tensor, boolean shared) implements Right {}

    private static int count(int length, int part) {
        return (length + part - 1) / part;
    }

    @Override
    public Right prepare(Matrix right, int samples, int depth, int columns, boolean copied, Scope memory) {
        int packed = right.sampleStride() == 0 ? 1 : samples;
        int panels = count(columns, TILE_COLUMNS);
        Tensor to = memory.allocate(packed, panels, depth, TILE_COLUMNS);
        kernels.launch("pack")
                .in(right.tensor())
                .with(right.sampleStride())
                .with(right.rowStride(), right.columnStride())
                .out(to)
                .with(depth, columns)
                .groups(panels, 1, depth == 0 ? 0 : packed);
        return new Panels(to, packed == 1);
    }

    @Override
    public void run(Matrix left, Right right, Sizes sizes, Tensor bias, Epilogue epilogue, Tensor out) {
        Panels panels = (Panels) right;
        int across = count(sizes.columns(), TILE_COLUMNS);
        long panelStride = panels.shared ? 0 : (long) across * sizes.depth() * TILE_COLUMNS;
        Launch launch = kernels.launch("multiply")
                .in(left.tensor())
                .with(left.sampleStride())
                .with(left.rowStride(), left.columnStride())
                .in(panels.tensor)
                .with(panelStride);
        GpuProducts.epilogue(launch, bias, epilogue, out)
                .with(sizes.rows(), sizes.depth(), sizes.columns())
                .groups(count(sizes.rows(), TILE_ROWS), across, sizes.samples());
    }
}
