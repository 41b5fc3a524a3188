package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;

final class ReferenceConvolution implements Convolution {
    private final ReferenceBackend backend;

    ReferenceConvolution(ReferenceBackend backend) {
        this.backend = backend;
    }

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        Convolution.checkPatches(images, size, out);
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
}
