package dev.ideal4j.kernels.cpu.gemm;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;

/**
 * The final steps of a linear layer, applied to tiles while they are in the cache: bias, activation, scale, residual
 * and store.
 */
final class LinearEpilogue implements Gemm.Sink {
    private final InnerLoops loops;
    private final float[] bias;
    private final int biasOffset;
    private final Activation activation;
    private final float[] scale;
    private final int scaleOffset;
    private final float[] residual;
    private final int residualOffset;
    private final int residualRows;
    private final float[] out;
    private final int outOffset;
    private final int width;

    LinearEpilogue(CpuRuntime cpu, PackedPanels weight, Epilogue epilogue, Tensor out) {
        this.loops = cpu.loops();
        this.bias = weight.bias() == null ? null : cpu.array(weight.bias());
        this.biasOffset = weight.bias() == null ? 0 : offset(weight.bias());
        this.activation = epilogue.activation();
        Tensor factor = epilogue.scale();
        this.scale = factor == null ? null : cpu.array(factor);
        this.scaleOffset = factor == null ? 0 : offset(factor);
        Tensor added = epilogue.residual();
        this.residual = added == null ? null : cpu.array(added);
        this.residualOffset = added == null ? 0 : offset(added);
        this.residualRows = added == null ? Integer.MAX_VALUE : added.shape().rows();
        this.out = cpu.array(out);
        this.outOffset = offset(out);
        this.width = weight.out();
    }

    @Override
    public void accept(float[] tile, int at, int row, int rows, int column, int columns) {
        boolean activated = activation != Activation.NONE;
        if (activated) {
            int stride = loops.tileColumns();
            if (bias != null) {
                loops.addToRows(tile, at, rows, bias, biasOffset + column);
            }
            loops.activate(activation, tile, at, tile, at, rows * stride);
        }
        float[] added = activated ? null : bias;
        int first = row % residualRows;
        // If the residual has fewer rows than the product, its rows may start again within the tile.
        int run = Math.min(rows, residualRows - first);
        finish(tile, at, row, run, column, columns, added, first);
        for (int i = run; i < rows; i++) {
            finish(tile, at + i * loops.tileColumns(), row + i, 1, column, columns, added, (row + i) % residualRows);
        }
    }

    private void finish(
            float[] tile, int at, int row, int rows, int column, int columns, float[] added, int residualRow) {
        loops.finish(
                tile,
                at,
                rows,
                columns,
                added,
                biasOffset + column,
                scale,
                scaleOffset + column,
                residual,
                residualOffset + residualRow * width + column,
                width,
                out,
                outOffset + row * width + column,
                width);
    }
}
