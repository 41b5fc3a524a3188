package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;

/**
 * Sums columns with the kernels that {@code columns.kc} defines. They compute partial sums of blocks of rows and then
 * the sums of these.
 *
 * @param kernels kernels that include {@code columns}
 */
record ColumnSums(GpuBackend backend, Kernels kernels) {
    /** The same value as in {@code columns.kc}. */
    private static final int BLOCK = 64;

    private static final int PROCESSOR_LANES = 16;

    /** Sums the rows of x, {@code (rows, width)}, into {@code out}, {@code (width)}. */
    void of(Tensor x, Tensor out) {
        finish(kernels.launch("column_sums").in(x), x.shape().rows(), out);
    }

    /**
     * Launches a kernel that {@code DEFINE_COLUMN_SUMS} defined, and adds up its partial sums.
     *
     * @param begun launch that has the kernel's own parameters
     * @param rows number of rows
     * @param out {@code (width)}, written
     */
    void finish(Launch begun, int rows, Tensor out) {
        int width = out.shape().last();
        int lanes = backend.runtime().device().isProcessor()
                ? PROCESSOR_LANES
                : backend.runtime().device().groupSize();
        int groups = (width + lanes - 1) / lanes;
        int blocks = Math.max(1, (rows + BLOCK - 1) / BLOCK);
        if (blocks == 1) {
            begun.out(out).with(rows, width).groups(1, groups, 1);
            return;
        }
        try (Scope scratch = backend.scope()) {
            Tensor partial = scratch.allocateUninitialised(blocks, width);
            begun.out(partial).with(rows, width).groups(blocks, groups, 1);
            of(partial, out);
        }
    }
}
