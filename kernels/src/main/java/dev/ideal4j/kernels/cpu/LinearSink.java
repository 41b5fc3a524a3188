package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;

/** The end of a linear layer, applied to tiles while they are hot: bias, activation, scale and residual, store. */
final class LinearSink implements Gemm.Sink {
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

    LinearSink(CpuBackend backend, InnerLoops loops, PackedPanels weight, Epilogue epilogue, Tensor out) {
        this.loops = loops;
        this.bias = weight.bias() == null ? null : backend.array(weight.bias());
        this.biasOffset = weight.bias() == null ? 0 : offset(weight.bias());
        this.activation = epilogue.activation();
        Tensor factor = epilogue.scale();
        this.scale = factor == null ? null : backend.array(factor);
        this.scaleOffset = factor == null ? 0 : offset(factor);
        Tensor added = epilogue.residual();
        this.residual = added == null ? null : backend.array(added);
        this.residualOffset = added == null ? 0 : offset(added);
        this.residualRows = added == null ? 1 : added.shape().rows();
        this.out = backend.array(out);
        this.outOffset = offset(out);
        this.width = weight.out();
    }

    @Override
    public void accept(float[] tiles, int at, int row, int rows, int column, int columns) {
        int stride = loops.tileColumns();
        if (bias != null) {
            loops.addToRows(tiles, at, rows, bias, biasOffset + column);
        }
        if (activation != Activation.NONE) {
            loops.activate(activation, tiles, at, tiles, at, rows * stride);
        }
        for (int i = 0; i < rows; i++) {
            store(tiles, at + i * stride, row + i, column, columns);
        }
    }

    private void store(float[] t, int at, int row, int column, int n) {
        int to = outOffset + row * width + column;
        if (residual == null) {
            if (scale == null) {
                System.arraycopy(t, at, out, to, n);
            } else {
                loops.multiply(t, at, scale, scaleOffset + column, out, to, n);
            }
            return;
        }
        int from = residualOffset + row % residualRows * width + column;
        if (scale == null) {
            loops.add(t, at, residual, from, out, to, n);
        } else {
            loops.multiplyAdd(t, at, scale, scaleOffset + column, residual, from, out, to, n);
        }
    }
}
