package dev.ideal4j.kernels.cpu.gemm;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.host.CacheLine;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A linear layer as the left operand of a product whose right operand has a column per token. The bias is one more step
 * of the inner axis, and the right operand has a row of ones for it.
 *
 * @param panels packed by {@link Panels} in the height of a tile
 * @param rows rows of the result, rounded up to whole tiles
 * @param depth number of inputs plus one for the bias
 */
public record WeightPanels(Tensor panels, int rows, int depth) {
    /** Returns the position in the array of {@link #panels} at which the panel of a row begins. */
    public int at(int row) {
        return offset(panels) + row * depth;
    }

    /** The factor by which a row of the layer is multiplied. */
    public interface Factor {
        float of(int row);
    }

    /**
     * Packs a layer.
     *
     * @param rows rows of the result; the rows that pad it to whole tiles become zero
     * @param source maps a row of the result to a row of the layer, or to −1 for a row of zeros
     * @param factor the factor of each row of the layer
     */
    public static WeightPanels pack(
            CpuRuntime cpu, BlockWeights.Linear layer, int rows, IntUnaryOperator source, Factor factor, Scope memory) {
        InnerLoops loops = cpu.loops();
        int height = loops.tileRows();
        int in = layer.in();
        int depth = in + 1;
        Tensor panels = memory.allocate(Panels.length(rows, height, depth));
        float[] weight = cpu.array(layer.weight());
        int weightAt = offset(layer.weight());
        float[] bias = layer.bias() == null ? null : cpu.array(layer.bias());
        float[] to = cpu.array(panels);
        cpu.workers().rows(Panels.count(rows, height), height * depth, (panel, scratch) -> {
            float[] some = scratch.floats(Use.ROWS, height * depth);
            int first = panel * height;
            int count = Math.min(height, rows - first);
            for (int i = 0; i < count; i++) {
                int at = CacheLine.START + i * depth;
                int row = source.applyAsInt(first + i);
                if (row < 0) {
                    Arrays.fill(some, at, at + depth, 0);
                } else {
                    float f = factor.of(row);
                    loops.scale(weight, weightAt + row * in, f, some, at, in);
                    some[at + in] = bias == null ? 0 : bias[offset(layer.bias()) + row] * f;
                }
            }
            Panels.ofRows(some, CacheLine.START, depth, count, depth, height, to, offset(panels) + first * depth);
        });
        return new WeightPanels(panels, Panels.count(rows, height) * height, depth);
    }
}
