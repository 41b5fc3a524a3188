package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.core.ops.Window;

/** Draws operations on maps: convolutions, pooling, resampling. Called by name. */
final class MapDrawer extends Drawer {
    MapDrawer(GraphBackend backend) {
        super(backend);
    }

    void patches(Tensor images, int size, Tensor out) {
        int[] shape = images.shape().toArray();
        int rows = shape[2] / size;
        int columns = shape[3] / size;
        String cut = backend.value(images, shape[0], shape[1], rows, size, columns, size);
        backend.write(out, transpose(cut, 0, 2, 4, 1, 3, 5), shape[0], rows, columns, shape[1], size, size);
    }

    /** Draws nothing yet. The linear layer that follows makes a convolution of it. */
    void unfold(Tensor images, Window window, Tensor out) {
        backend.keepUnfolded(new Unfolded(backend.value(images), images.shape(), window), out);
    }

    /**
     * A map whose windows are the rows of a linear layer.
     *
     * @param map the map, channels last
     */
    record Unfolded(String map, Shape shape, Window window) {
        /** The convolution with the weight of a linear layer, {@code (pixels, out)}. */
        String convolution(MapDrawer drawer, RowDrawer.Weight weight) {
            int kernel = window.kernel();
            int in = shape.last();
            float[] filters = new float[weight.weight().length];
            for (int o = 0; o < weight.out(); o++) {
                for (int at = 0; at < kernel * kernel; at++) {
                    for (int c = 0; c < in; c++) {
                        filters[(o * in + c) * kernel * kernel + at] =
                                weight.weight()[(o * kernel * kernel + at) * in + c];
                    }
                }
            }
            int pad = window.padding();
            Attributes attributes = new Attributes()
                    .with("kernel_shape", kernel, kernel)
                    .with("strides", window.stride(), window.stride())
                    .with("pads", pad, pad, pad, pad);
            String[] inputs = new String[weight.bias() == null ? 2 : 3];
            inputs[0] = drawer.transpose(map, 0, 3, 1, 2);
            inputs[1] = drawer.graph.weight(filters, weight.out(), in, kernel, kernel);
            if (weight.bias() != null) {
                inputs[2] = drawer.graph.weight(weight.bias(), weight.out());
            }
            String convolved = drawer.graph.apply("Conv", attributes, inputs);
            int pixels = window.unfolded(shape).axis(1) * shape.axis(0);
            return drawer.reshape(drawer.transpose(convolved, 0, 2, 3, 1), pixels, weight.out());
        }
    }

    void depthwise(Tensor maps, Tensor filters, Tensor bias, int stride, int top, int left, Activation f, Tensor out) {
        int kernel = filters.shape().axis(0);
        int channels = maps.shape().last();
        float[] last = filters.toArray();
        float[] first = new float[last.length];
        for (int at = 0; at < kernel * kernel; at++) {
            for (int c = 0; c < channels; c++) {
                first[c * kernel * kernel + at] = last[at * channels + c];
            }
        }
        Attributes attributes = new Attributes()
                .with("group", channels)
                .with("kernel_shape", kernel, kernel)
                .with("strides", stride, stride)
                .with(
                        "pads",
                        top,
                        left,
                        after(maps, 1, out, stride, kernel, top),
                        after(maps, 2, out, stride, kernel, left));
        String convolved = graph.apply(
                "Conv",
                attributes,
                transpose(backend.value(maps), 0, 3, 1, 2),
                graph.weight(first, channels, 1, kernel, kernel),
                graph.weight(bias.toArray(), channels));
        backend.write(out, transpose(activation(f, convolved), 0, 2, 3, 1));
    }

    private static int after(Tensor maps, int axis, Tensor out, int stride, int kernel, int before) {
        int reached = (out.shape().axis(axis) - 1) * stride + kernel;
        return Math.max(0, reached - maps.shape().axis(axis) - before);
    }

    void max(Tensor x, Window window, Tensor out) {
        pool("MaxPool", new Attributes(), x, window, out);
    }

    void average(Tensor x, Window window, Tensor out) {
        pool("AveragePool", new Attributes().with("count_include_pad", 1), x, window, out);
    }

    private void pool(String operator, Attributes attributes, Tensor x, Window window, Tensor out) {
        int pad = window.padding();
        attributes
                .with("kernel_shape", window.kernel(), window.kernel())
                .with("strides", window.stride(), window.stride())
                .with("pads", pad, pad, pad, pad);
        String pooled = graph.apply(operator, attributes, transpose(backend.value(x), 0, 3, 1, 2));
        backend.write(out, transpose(pooled, 0, 2, 3, 1));
    }

    void bilinear(Tensor x, Tensor out) {
        int[] from = x.shape().toArray();
        int[] to = out.shape().toArray();
        separable(x, interpolation(from[1], to[1]), interpolation(from[2], to[2]), out);
    }

    void gaussianBlur(Tensor x, float sigma, Tensor out) {
        double[] weights = Resampling.gaussianWeights(sigma);
        separable(x, blur(x.shape().axis(1), weights), blur(x.shape().axis(2), weights), out);
    }

    /** Applies a matrix to the columns of each map and another one to the rows. */
    private void separable(Tensor x, float[] down, float[] across, Tensor out) {
        int[] from = x.shape().toArray();
        int[] to = out.shape().toArray();
        String columns = apply("MatMul", backend.shared(down, to[1], from[1]), backend.value(x));
        String turned = transpose(backend.shared(across, to[2], from[2]), 1, 0);
        backend.write(out, apply("MatMul", columns, turned));
    }

    /** Weights of bilinear interpolation with half-pixel centres along one axis, {@code (to, from)}. */
    private static float[] interpolation(int from, int to) {
        float[] weights = new float[to * from];
        for (int i = 0; i < to; i++) {
            float at = Math.max(0, (i + 0.5f) * ((float) from / to) - 0.5f);
            int below = Math.min((int) at, from - 1);
            float share = at - below;
            weights[i * from + below] += 1 - share;
            weights[i * from + Math.min(below + 1, from - 1)] += share;
        }
        return weights;
    }

    /** Weights of a blur along one axis whose borders are mirrored with the edge repeated, {@code (n, n)}. */
    private static float[] blur(int n, double[] weights) {
        double[] sums = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int distance = 1 - weights.length; distance < weights.length; distance++) {
                int at = Math.floorMod(i + distance, 2 * n);
                sums[i * n + Math.min(at, 2 * n - 1 - at)] += weights[Math.abs(distance)];
            }
        }
        float[] rounded = new float[n * n];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) sums[i];
        }
        return rounded;
    }
}
