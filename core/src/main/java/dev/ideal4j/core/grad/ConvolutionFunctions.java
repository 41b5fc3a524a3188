package dev.ideal4j.core.grad;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/** Differentiable {@link Convolution}. */
public final class ConvolutionFunctions {
    private ConvolutionFunctions() {}

    /** The window around each position of {@code (b, h, w, c)}: {@code (b, h′·w′, kernel·kernel·c)}. */
    public static Variable unfold(Variable images, Window window) {
        Variable result = images.tape().result(window.unfolded(images.shape()), images);
        Convolution convolution = images.backend().convolution();
        convolution.unfold(images.value(), window, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dImages = targets.of(images);
            if (dImages != null) {
                convolution.fold(dOut, window, dImages);
            }
        });
        return result;
    }

    /**
     * Convolution (cross-correlation, as in PyTorch), channels last.
     *
     * @param images {@code (b, h, w, in)}
     * @param weight {@code (out, in, kernel, kernel)}, as in checkpoints
     * @param bias {@code (out)}, or null
     * @return {@code (b, h′, w′, out)}
     */
    public static Variable convolve(Variable images, Variable weight, Variable bias, Window window) {
        int out = weight.shape().axis(0);
        int in = weight.shape().axis(1);
        int field = window.kernel() * window.kernel();
        // From (channel, row, column) within a filter to (row, column, channel), as windows are unfolded.
        Variable channelsLast = ShapeFunctions.transpose(ShapeFunctions.reshape(weight, out, in, field));
        Variable filters = ShapeFunctions.reshape(channelsLast, out, field * in);
        Variable rows = ProductFunctions.linear(unfold(images, window), filters, bias);
        int[] lengths = window.pooled(images.shape()).toArray();
        return ShapeFunctions.reshape(rows, lengths[0], lengths[1], lengths[2], out);
    }
}
