package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Resampling;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.Arrays;

/** Implements {@link Resampling} row by row. The JIT compiler vectorises these loops by itself. */
public final class CpuResampling implements Resampling.Implementation {
    private final CpuRuntime cpu;
    private final Workers workers;

    public CpuResampling(CpuRuntime cpu) {
        this.cpu = cpu;
        this.workers = cpu.workers();
    }

    @Override
    public void bilinear(Tensor x, Tensor out) {
        int height = x.shape().axis(1);
        int width = x.shape().axis(2);
        int toHeight = out.shape().axis(1);
        int toWidth = out.shape().axis(2);
        float[] from = cpu.array(x);
        float[] to = cpu.array(out);
        Sources across = new Sources(width, toWidth);
        Sources down = new Sources(height, toHeight);
        workers.rows(out.shape().rows(), toWidth, (row, scratch) -> {
            int map = offset(x) + row / toHeight * height * width;
            int y = row % toHeight;
            int upper = map + down.first[y] * width;
            int lower = map + down.second[y] * width;
            float v = down.weight[y];
            int target = offset(out) + row * toWidth;
            for (int i = 0; i < toWidth; i++) {
                float u = across.weight[i];
                int left = across.first[i];
                int right = across.second[i];
                to[target + i] = (1 - v) * ((1 - u) * from[upper + left] + u * from[upper + right])
                        + v * ((1 - u) * from[lower + left] + u * from[lower + right]);
            }
        });
    }

    /** The two source positions of each target position, and the weight of the second one. */
    private static final class Sources {
        private final int[] first;
        private final int[] second;
        private final float[] weight;

        Sources(int length, int toLength) {
            first = new int[toLength];
            second = new int[toLength];
            weight = new float[toLength];
            for (int i = 0; i < toLength; i++) {
                double at = Math.max(0, (i + 0.5) * length / toLength - 0.5);
                first[i] = Math.min((int) at, length - 1);
                second[i] = Math.min(first[i] + 1, length - 1);
                weight[i] = (float) (at - first[i]);
            }
        }
    }

    /** Propagates the gradients along the rows first and then down the columns, map by map. */
    @Override
    public void bilinearGradient(Tensor dOut, Tensor dx) {
        int height = dx.shape().axis(1);
        int width = dx.shape().axis(2);
        int fromHeight = dOut.shape().axis(1);
        int fromWidth = dOut.shape().axis(2);
        float[] g = cpu.array(dOut);
        float[] to = cpu.array(dx);
        Sources across = new Sources(width, fromWidth);
        Sources down = new Sources(height, fromHeight);
        workers.run(dx.shape().axis(0), (map, scratch) -> {
            int target = offset(dx) + map * height * width;
            Arrays.fill(to, target, target + height * width, 0);
            double[] line = scratch.doubles(width);
            for (int y = 0; y < fromHeight; y++) {
                int at = offset(dOut) + (map * fromHeight + y) * fromWidth;
                Arrays.fill(line, 0, width, 0);
                for (int i = 0; i < fromWidth; i++) {
                    line[across.first[i]] += (1 - across.weight[i]) * g[at + i];
                    line[across.second[i]] += across.weight[i] * g[at + i];
                }
                int upper = target + down.first[y] * width;
                int lower = target + down.second[y] * width;
                for (int i = 0; i < width; i++) {
                    to[upper + i] += (float) ((1 - down.weight[y]) * line[i]);
                    to[lower + i] += (float) (down.weight[y] * line[i]);
                }
            }
        });
    }

    @Override
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        int height = x.shape().axis(1);
        int width = x.shape().axis(2);
        int maps = x.shape().size() == 0 ? 0 : x.shape().axis(0);
        double[] weights = Resampling.gaussianWeights(sigma);
        float[] to = cpu.array(out);
        Scratch shared = workers.borrow();
        try {
            double[] map = shared.doubles(height * width);
            for (int m = 0; m < maps; m++) {
                int at = m * height * width;
                widen(cpu.array(x), offset(x) + at, map, 0, height * width);
                int target = offset(out) + at;
                workers.rows(
                        height,
                        width * weights.length,
                        (row, scratch) ->
                                blurColumns(map, height, width, row, weights, to, target + row * width, scratch));
                workers.rows(
                        height,
                        width * weights.length,
                        (row, scratch) -> blurRow(to, target + row * width, width, weights, scratch));
            }
        } finally {
            workers.giveBack(shared);
        }
    }

    /**
     * Computes one row of the pass along the columns. It adds the centre first, then pairs of rows from the outermost
     * inwards, in the order of SciPy.
     */
    private static void blurColumns(
            double[] map, int height, int width, int row, double[] weights, float[] to, int at, Scratch scratch) {
        double[] sum = scratch.doubles(width);
        for (int i = 0; i < width; i++) {
            sum[i] = map[row * width + i] * weights[0];
        }
        for (int d = weights.length - 1; d > 0; d--) {
            int above = mirror(row - d, height) * width;
            int below = mirror(row + d, height) * width;
            addPair(map, above, below, weights[d], sum, 0, width);
        }
        narrow(sum, 0, to, at, width);
    }

    private static void blurRow(float[] to, int at, int width, double[] weights, Scratch scratch) {
        int radius = weights.length - 1;
        int line = width + 2 * radius;
        double[] buffer = scratch.doubles(line + width);
        for (int i = 0; i < radius; i++) {
            buffer[i] = to[at + mirror(i - radius, width)];
            buffer[radius + width + i] = to[at + mirror(width + i, width)];
        }
        widen(to, at, buffer, radius, width);
        for (int i = 0; i < width; i++) {
            buffer[line + i] = buffer[radius + i] * weights[0];
        }
        for (int d = radius; d > 0; d--) {
            addPair(buffer, radius - d, radius + d, weights[d], buffer, line, width);
        }
        narrow(buffer, line, to, at, width);
    }

    private static void addPair(double[] x, int first, int second, double weight, double[] sum, int at, int n) {
        for (int i = 0; i < n; i++) {
            sum[at + i] += (x[first + i] + x[second + i]) * weight;
        }
    }

    private static void widen(float[] x, int at, double[] to, int toOffset, int n) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i] = x[at + i];
        }
    }

    private static void narrow(double[] x, int at, float[] to, int toOffset, int n) {
        for (int i = 0; i < n; i++) {
            to[toOffset + i] = (float) x[at + i];
        }
    }

    /** Returns the position inside a line that is continued by its mirror images, with the edge repeated. */
    private static int mirror(int i, int length) {
        int inside = Math.floorMod(i, 2 * length);
        return inside < length ? inside : 2 * length - 1 - inside;
    }
}
