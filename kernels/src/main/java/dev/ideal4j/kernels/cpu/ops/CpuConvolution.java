package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Convolution;
import dev.ideal4j.core.ops.Window;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/**
 * Implements {@link Convolution} by copying runs of pixels. The depthwise convolution processes all channels of a pixel
 * at a time.
 */
public final class CpuConvolution implements Convolution.Implementation {
    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuConvolution(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        int channels = images.shape().axis(1);
        int height = images.shape().axis(2);
        int width = images.shape().axis(3);
        int down = height / size;
        int across = width / size;
        float[] from = cpu.array(images);
        float[] to = cpu.array(out);
        // A row is one row of patches, whose pixel rows are read from start to end.
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

    @Override
    public void unfold(Tensor images, Window window, Tensor out) {
        float[] from = cpu.array(images);
        float[] to = cpu.array(out);
        WindowRuns runs = new WindowRuns(images.shape(), window);
        workers.rows(runs.rows(), runs.rowLength(), (row, scratch) -> {
            int start = offset(out) + row * runs.rowLength();
            Arrays.fill(to, start, start + runs.rowLength(), 0);
            runs.ofRow(
                    row,
                    (image, unfolded, count) ->
                            System.arraycopy(from, offset(images) + image, to, offset(out) + unfolded, count));
        });
    }

    @Override
    public void fold(Tensor dOut, Window window, Tensor dImages) {
        float[] from = cpu.array(dOut);
        float[] to = cpu.array(dImages);
        WindowRuns runs = new WindowRuns(dImages.shape(), window);
        // One task adds up a whole image because windows overlap.
        workers.run(dImages.shape().axis(0), (image, scratch) -> {
            int start = offset(dImages) + image * runs.imageLength();
            Arrays.fill(to, start, start + runs.imageLength(), 0);
            for (int row = image * runs.down(); row < (image + 1) * runs.down(); row++) {
                runs.ofRow(
                        row,
                        (pixel, unfolded, count) ->
                                loops.axpy(1, from, offset(dOut) + unfolded, to, offset(dImages) + pixel, count));
            }
        });
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
        float[] from = cpu.array(maps);
        float[] weights = cpu.array(filters);
        float[] added = cpu.array(bias);
        float[] to = cpu.array(out);
        workers.rows(out.shape().axis(0) * down, across * kernel * kernel * channels, (row, scratch) -> {
            int y = row % down * stride - top;
            int image = offset(maps) + row / down * height * width * channels;
            for (int column = 0; column < across; column++) {
                int x = column * stride - left;
                int target = offset(out) + (row * across + column) * channels;
                System.arraycopy(added, offset(bias), to, target, channels);
                for (int i = Math.max(0, -y); i < Math.min(kernel, height - y); i++) {
                    for (int j = Math.max(0, -x); j < Math.min(kernel, width - x); j++) {
                        int pixel = image + ((y + i) * width + x + j) * channels;
                        int weight = offset(filters) + (i * kernel + j) * channels;
                        loops.multiplyAdd(from, pixel, weights, weight, to, target, to, target, channels);
                    }
                }
            }
            int start = offset(out) + row * across * channels;
            loops.activate(f, to, start, to, start, across * channels);
        });
    }
}
