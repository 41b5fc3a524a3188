package dev.ideal4j.core.nn;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Variable;
import java.util.Arrays;

/**
 * A resize of maps as two matrix products, one along each axis. It implements methods that {@link
 * dev.ideal4j.core.ops.Resampling} does not have. Immutable. Its tensors belong to the scope in which it was created.
 */
public final class SeparableResize {
    private final Tensor down;
    private final Tensor across;

    private SeparableResize(Tensor down, Tensor across) {
        this.down = down;
        this.across = across;
    }

    /** Fills one row of the weight matrix of an axis, {@code (to, from)}. */
    @FunctionalInterface
    private interface Rule {
        void fill(float[] row, int target, int to);
    }

    /**
     * Returns a bilinear resize with aligned corners (PyTorch's {@code align_corners=True}): source {@code i (from −
     * 1)/(to − 1)}.
     */
    public static SeparableResize alignedBilinear(int height, int width, int toHeight, int toWidth, Scope scope) {
        Rule rule = (row, target, to) -> {
            double source = to == 1 ? 0 : (double) target * (row.length - 1) / (to - 1);
            int first = Math.min((int) source, row.length - 1);
            double share = source - first;
            row[first] = (float) (1 - share);
            if (share > 0) {
                row[first + 1] = (float) share;
            }
        };
        return new SeparableResize(matrix(height, toHeight, rule, scope), matrix(width, toWidth, rule, scope));
    }

    /** Returns a nearest-neighbour resize like PyTorch's {@code nearest}: source {@code ⌊i · from / to⌋}. */
    public static SeparableResize nearest(int height, int width, int toHeight, int toWidth, Scope scope) {
        Rule rule = (row, target, to) -> row[(int) ((long) target * row.length / to)] = 1;
        return new SeparableResize(matrix(height, toHeight, rule, scope), matrix(width, toWidth, rule, scope));
    }

    private static Tensor matrix(int from, int to, Rule rule, Scope scope) {
        float[] weights = new float[Math.multiplyExact(from, to)];
        float[] row = new float[from];
        for (int target = 0; target < to; target++) {
            Arrays.fill(row, 0);
            rule.fill(row, target, to);
            System.arraycopy(row, 0, weights, target * from, from);
        }
        return scope.upload(weights, Shape.of(to, from));
    }

    /** Resizes {@code (b, height, width)} to {@code (b, toHeight, toWidth)}. */
    public Variable apply(Variable maps) {
        Variable wide = ProductFunctions.linear(maps, maps.tape().constant(across), null);
        Variable columns = ShapeFunctions.transpose(wide);
        return ShapeFunctions.transpose(
                ProductFunctions.linear(columns, maps.tape().constant(down), null));
    }
}
