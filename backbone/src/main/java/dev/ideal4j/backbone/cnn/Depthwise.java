package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;

/** A depthwise convolution: {@code filters (kernel, kernel, c)}, {@code bias (c)}. */
record Depthwise(Tensor filters, Tensor bias, int stride, Padding padding) {
    /**
     * Returns {@code f(convolution of x)}.
     *
     * @param x {@code (b, h, w, c)}
     * @param scope owner of the result
     * @return {@code (b, ⌈h/stride⌉, ⌈w/stride⌉, c)}
     */
    Tensor apply(Tensor x, Activation f, Scope scope) {
        int height = x.shape().axis(1);
        int width = x.shape().axis(2);
        int kernel = filters.shape().axis(0);
        Tensor out = scope.allocateUninitialised(
                x.shape().axis(0),
                (height + stride - 1) / stride,
                (width + stride - 1) / stride,
                x.shape().last());
        int top = padding.before(height, kernel, stride);
        int left = padding.before(width, kernel, stride);
        scope.backend().convolution().depthwise(x, filters, bias, stride, top, left, f, out);
        return out;
    }
}
