package dev.ideal4j.core.grad;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

/** Differentiable {@link Convolution}. */
public final class ConvolutionFunctions {
    private ConvolutionFunctions() {}

    /**
     * Computes a convolution (cross-correlation, like in PyTorch) with channels last. Besides the result, it needs
     * memory for the windows of only a few images at a time.
     *
     * @param images {@code (b, h, w, in)}
     * @param weight {@code (out, in, kernel, kernel)}, like in checkpoints
     * @param bias {@code (out)}, or null
     * @return {@code (b, h′, w′, out)}
     */
    public static Variable convolve(Variable images, Variable weight, Variable bias, Window window) {
        int[] lengths = window.pooled(images.shape()).toArray();
        int out = weight.shape().axis(0);
        lengths[3] = out;
        Variable result = bias == null
                ? images.tape().result(Shape.of(lengths), images, weight)
                : images.tape().result(Shape.of(lengths), images, weight, bias);
        UnfoldedConvolution convolution = new UnfoldedConvolution(images.backend(), window, weight.shape());
        Tensor filters = forward(convolution, images, weight.value(), bias == null ? null : bias.value(), result);
        result.onBackward((dOut, targets) -> {
            targets.to(images, dImages -> convolution.imageGradient(filters, dOut, dImages));
            targets.to(weight, dWeight -> convolution.weightGradient(images.value(), dOut, dWeight));
            targets.to(bias, dBias -> images.backend()
                    .reductions()
                    .columnSum(dOut.reshape(dOut.shape().rows(), out), dBias));
        });
        return result;
    }

    /** Returns the reordered weight if the gradient of the images needs it, otherwise null. */
    private static Tensor forward(
            UnfoldedConvolution convolution, Variable images, Tensor weight, Tensor bias, Variable result) {
        try (Scope local = images.backend().scope()) {
            boolean kept = images.needsGradient();
            Tensor filters = kept ? result.allocateSaved(convolution.filters()) : local.allocate(convolution.filters());
            convolution.reorder(weight, filters);
            convolution.forward(images.value(), filters, bias, result.value());
            return kept ? filters : null;
        }
    }
}
