package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;

record ReferenceConvolution(ReferenceBackend backend) implements Convolution.Implementation {
    @Override
    public void patches(Tensor images, int size, Tensor out) {
        int channels = images.shape().axis(1);
        int height = images.shape().axis(2);
        int width = images.shape().axis(3);
        double[] pixels = backend.read(images);
        double[] result = new double[pixels.length];
        int at = 0;
        for (int image = 0; image < images.shape().axis(0); image++) {
            for (int top = 0; top < height; top += size) {
                for (int left = 0; left < width; left += size) {
                    for (int channel = 0; channel < channels; channel++) {
                        for (int row = top; row < top + size; row++) {
                            for (int column = left; column < left + size; column++) {
                                int plane = image * channels + channel;
                                result[at++] = pixels[(plane * height + row) * width + column];
                            }
                        }
                    }
                }
            }
        }
        backend.write(result, out);
    }

    @Override
    public void unfold(Tensor images, Window window, Tensor out) {
        double[] pixels = backend.read(images);
        double[] result = new double[(int) out.shape().size()];
        int[] sources = sources(images, window, result.length);
        for (int i = 0; i < result.length; i++) {
            result[i] = sources[i] < 0 ? 0 : pixels[sources[i]];
        }
        backend.write(result, out);
    }

    @Override
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        double[] gradients = backend.read(dOut);
        double[] result = new double[(int) dImages.shape().size()];
        int[] sources = sources(dImages, window, gradients.length);
        for (int i = 0; i < gradients.length; i++) {
            if (sources[i] >= 0) {
                result[sources[i]] += gradients[i];
            }
        }
        backend.write(result, dImages);
    }

    @Override
    public void depthwise(
            Tensor maps, Tensor filters, Tensor bias, int stride, int top, int left, Activation f, Tensor out) {
        int height = maps.shape().axis(1);
        int width = maps.shape().axis(2);
        int channels = maps.shape().last();
        int down = out.shape().axis(1);
        int across = out.shape().axis(2);
        int kernel = filters.shape().axis(0);
        double[] pixels = backend.read(maps);
        double[] weights = backend.read(filters);
        double[] added = backend.read(bias);
        double[] result = new double[(int) out.shape().size()];
        for (int at = 0; at < result.length; at++) {
            int channel = at % channels;
            int column = at / channels % across;
            int row = at / channels / across % down;
            int image = at / channels / across / down;
            double sum = added[channel];
            for (int i = 0; i < kernel * kernel; i++) {
                int y = row * stride + i / kernel - top;
                int x = column * stride + i % kernel - left;
                if (y >= 0 && y < height && x >= 0 && x < width) {
                    sum += weights[i * channels + channel]
                            * pixels[((image * height + y) * width + x) * channels + channel];
                }
            }
            result[at] = f.at(sum);
        }
        backend.write(result, out);
    }

    /** Returns the pixel from which each unfolded element comes, or −1 for padding. */
    private static int[] sources(Tensor images, Window window, int unfolded) {
        WindowPixels pixels = new WindowPixels(images.shape(), window);
        int field = window.kernel() * window.kernel();
        int channels = images.shape().last();
        int[] sources = new int[unfolded];
        for (int pooled = 0; pooled < unfolded / field; pooled++) {
            int[] positions = pixels.of(pooled);
            for (int i = 0; i < field; i++) {
                sources[(pooled / channels * field + i) * channels + pooled % channels] = positions[i];
            }
        }
        return sources;
    }
}
