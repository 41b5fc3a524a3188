package dev.ideal4j.kernels.cpu;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;

/** {@link Convolution}: copies of runs of pixels. */
final class CpuConvolution implements Convolution {
    private final CpuBackend backend;
    private final Workers workers;

    CpuConvolution(CpuBackend backend, Workers workers) {
        this.backend = backend;
        this.workers = workers;
    }

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        Convolution.checkPatches(images, size, out);
        int channels = images.shape().axis(1);
        int height = images.shape().axis(2);
        int width = images.shape().axis(3);
        int down = height / size;
        int across = width / size;
        float[] from = backend.array(images);
        float[] to = backend.array(out);
        // A task row is one row of patches: its pixel rows are read from start to end.
        workers.rows(images.shape().axis(0) * down, channels * size * width, (row, scratch) -> {
            int image = offset(images) + row / down * channels * height * width;
            int patch = offset(out) + row * across * channels * size * size;
            for (int line = 0; line < channels * size; line++) {
                int at = image + (line / size * height + row % down * size + line % size) * width;
                for (int column = 0; column < across; column++) {
                    System.arraycopy(
                            from, at + column * size, to, patch + (column * channels * size + line) * size, size);
                }
            }
        });
    }
}
