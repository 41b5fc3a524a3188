package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Combines the maps of a network's layers into one feature per patch. Each feature includes the patch's neighbourhood. */
record PatchEmbedding(PatchCoreConfig config) {
    /**
     * The feature map of a layer.
     *
     * @param values {@code (rows, columns, channels)}, row-major
     */
    record LayerMap(int rows, int columns, int channels, float[] values) {}

    /** Splits rows of features of several layers on one grid, {@code (N, layers · channels)}, into one map per layer. */
    private static List<LayerMap> split(float[] features, int layers, int rows, int columns) {
        int width = features.length / (rows * columns);
        int channels = width / layers;
        List<LayerMap> maps = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            float[] values = new float[rows * columns * channels];
            for (int patch = 0; patch < rows * columns; patch++) {
                System.arraycopy(features, patch * width + layer * channels, values, patch * channels, channels);
            }
            maps.add(new LayerMap(rows, columns, channels, values));
        }
        return maps;
    }

    /** Computes the features from the output of a backbone, {@code (N, C)}. */
    float[] of(float[] features, FeatureExtractor extractor) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        // All layers are on one grid, and each channel has its own mean.
        return config.variant() == PatchCoreVariant.ANOMALIB
                ? mean(new LayerMap(rows, columns, features.length / (rows * columns), features)).values
                : of(split(features, extractor.layers(), rows, columns));
    }

    /** Width of the features if the layers have this number of channels in all. */
    int width(int channels) {
        return config.variant() == PatchCoreVariant.ANOMALIB ? channels : config.targetDimension();
    }

    /**
     * Computes the features.
     *
     * @param maps maps of one image; the first one has the finest grid
     * @return {@code (N, width)} on the first map's grid
     */
    float[] of(List<LayerMap> maps) {
        return config.variant() == PatchCoreVariant.ANOMALIB ? averaged(maps) : reduced(maps);
    }

    /**
     * Draws {@link #of(float[], FeatureExtractor)}.
     *
     * @param features {@code (1, N, C)}, on the backend of the graph
     * @return name of {@code (N, width)}
     */
    String draw(DetectorGraph graph, Tensor features, FeatureExtractor extractor) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        int channels = extractor.width();
        int side = config.neighbourhood();
        OnnxGraph to = graph.graph();
        if (config.variant() == PatchCoreVariant.ANOMALIB && side == 1) {
            return graph.backend().value(features, rows * columns, channels);
        }
        String map = graph.backend().value(features, 1, rows, columns, channels);
        map = to.apply("Transpose", new Attributes().with("perm", 0, 3, 1, 2), map);
        int pad = side / 2;
        Attributes window = new Attributes().with("kernel_shape", side, side).with("pads", pad, pad, pad, pad);
        String combined;
        if (config.variant() == PatchCoreVariant.ANOMALIB) {
            combined = to.apply("AveragePool", window.with("count_include_pad", 1), map);
        } else {
            int layers = extractor.layers();
            float[] each = pooling(channels / layers * side * side, config.pretrainDimension());
            String weight = to.weight(each, config.pretrainDimension(), channels / layers, side, side);
            String[] reduced = new String[layers];
            for (int layer = 0; layer < layers; layer++) {
                long first = (long) layer * (channels / layers);
                String own = to.apply(
                        "Slice", map, to.integers(first), to.integers(first + channels / layers), to.integers(1));
                Attributes same =
                        new Attributes().with("kernel_shape", side, side).with("pads", pad, pad, pad, pad);
                reduced[layer] = to.apply("Conv", same, own, weight);
            }
            combined = to.apply("Concat", new Attributes().with("axis", 1), reduced);
            int wide = layers * config.pretrainDimension();
            float[] last = pooling(wide, config.targetDimension());
            combined = to.apply("Conv", combined, to.weight(last, config.targetDimension(), wide, 1, 1));
        }
        String pixels = to.apply("Transpose", new Attributes().with("perm", 0, 2, 3, 1), combined);
        return graph.reshape(pixels, (long) rows * columns, width(channels));
    }

    /** Adaptive average pooling of {@code length} values as a matrix, {@code (count, length)}. */
    private static float[] pooling(int length, int count) {
        float[] matrix = new float[count * length];
        for (int i = 0; i < count; i++) {
            int begin = (int) ((long) i * length / count);
            int end = (int) (((long) (i + 1) * length + count - 1) / count);
            Arrays.fill(matrix, i * length + begin, i * length + end, 1f / (end - begin));
        }
        return matrix;
    }

    /** The mean of each neighbourhood. Zero padding counts as values. */
    private float[] averaged(List<LayerMap> maps) {
        LayerMap first = maps.get(0);
        int width = maps.stream().mapToInt(LayerMap::channels).sum();
        float[] features = new float[first.rows * first.columns * width];
        int at = 0;
        for (LayerMap map : maps) {
            LayerMap mean = enlarged(mean(map), first.rows, first.columns);
            for (int patch = 0; patch < first.rows * first.columns; patch++) {
                System.arraycopy(mean.values, patch * map.channels, features, patch * width + at, map.channels);
            }
            at += map.channels;
        }
        return features;
    }

    private LayerMap mean(LayerMap map) {
        int side = config.neighbourhood();
        if (side == 1) {
            return map;
        }
        float[] mean = new float[map.values.length];
        // The JIT compiler vectorises loops over whole arrays, not over parts of them.
        float[] line = new float[map.columns * map.channels];
        float[] sums = new float[line.length];
        for (int y = 0; y < map.rows; y++) {
            Arrays.fill(sums, 0);
            for (int from = Math.max(0, y - side / 2); from <= Math.min(map.rows - 1, y + side / 2); from++) {
                for (int right = -side / 2; right <= side / 2; right++) {
                    copyShifted(map, from, right, line);
                    for (int i = 0; i < line.length; i++) {
                        sums[i] += line[i];
                    }
                }
            }
            for (int i = 0; i < line.length; i++) {
                sums[i] /= side * side;
            }
            System.arraycopy(sums, 0, mean, y * line.length, line.length);
        }
        return new LayerMap(map.rows, map.columns, map.channels, mean);
    }

    /** Copies a row so that each value comes from {@code right} columns to the right; zero outside the map. */
    private static void copyShifted(LayerMap map, int row, int right, float[] line) {
        int first = Math.min(map.columns, Math.max(0, -right)) * map.channels;
        int count = Math.max(0, map.columns - Math.abs(right)) * map.channels;
        Arrays.fill(line, 0, first, 0);
        Arrays.fill(line, first + count, line.length, 0);
        if (count > 0) {
            int from = (row * map.columns + Math.max(0, right)) * map.channels;
            System.arraycopy(map.values, from, line, first, count);
        }
    }

    /** The map shifted so that each value comes from {@code down} rows below and {@code right} columns right; zero outside. */
    private static LayerMap shifted(LayerMap map, int down, int right) {
        float[] shifted = new float[map.values.length];
        int from = Math.max(0, -right);
        int count = Math.min(map.columns, map.columns - right) - from;
        for (int y = Math.max(0, -down); count > 0 && y < Math.min(map.rows, map.rows - down); y++) {
            System.arraycopy(
                    map.values,
                    ((y + down) * map.columns + from + right) * map.channels,
                    shifted,
                    (y * map.columns + from) * map.channels,
                    count * map.channels);
        }
        return new LayerMap(map.rows, map.columns, map.channels, shifted);
    }

    /** Bilinear interpolation with half-pixel centres and repeated borders. */
    private static LayerMap enlarged(LayerMap map, int rows, int columns) {
        if (map.rows == rows && map.columns == columns) {
            return map;
        }
        int channels = map.channels;
        float[] values = new float[rows * columns * channels];
        for (int y = 0; y < rows; y++) {
            float v = Math.max(0, (y + 0.5f) * map.rows / rows - 0.5f);
            int above = (int) v * map.columns;
            int below = Math.min((int) v + 1, map.rows - 1) * map.columns;
            v -= (int) v;
            for (int x = 0; x < columns; x++) {
                float u = Math.max(0, (x + 0.5f) * map.columns / columns - 0.5f);
                int left = (int) u;
                int right = Math.min(left + 1, map.columns - 1);
                u -= left;
                int to = (y * columns + x) * channels;
                for (int c = 0; c < channels; c++) {
                    float top = (1 - u) * map.values[(above + left) * channels + c]
                            + u * map.values[(above + right) * channels + c];
                    float bottom = (1 - u) * map.values[(below + left) * channels + c]
                            + u * map.values[(below + right) * channels + c];
                    values[to + c] = (1 - v) * top + v * bottom;
                }
            }
        }
        return new LayerMap(rows, columns, channels, values);
    }

    /** Reduces all values of each neighbourhood, first within each layer, then over all layers. */
    private float[] reduced(List<LayerMap> maps) {
        LayerMap first = maps.get(0);
        int patches = first.rows * first.columns;
        int side = config.neighbourhood();
        int each = config.pretrainDimension();
        float[] layers = new float[patches * maps.size() * each];
        for (int layer = 0; layer < maps.size(); layer++) {
            LayerMap map = maps.get(layer);
            int window = side * side;
            List<LayerMap> shifts = new ArrayList<>();
            for (int i = 0; i < window; i++) {
                LayerMap shifted = shifted(map, i / side - side / 2, i % side - side / 2);
                shifts.add(enlarged(shifted, first.rows, first.columns));
            }
            float[] flat = new float[map.channels * window];
            for (int patch = 0; patch < patches; patch++) {
                for (int i = 0; i < window; i++) {
                    for (int c = 0; c < map.channels; c++) {
                        flat[c * window + i] = shifts.get(i).values[patch * map.channels + c];
                    }
                }
                pool(flat, 0, flat.length, layers, (patch * maps.size() + layer) * each, each);
            }
        }
        int width = config.targetDimension();
        float[] features = new float[patches * width];
        for (int patch = 0; patch < patches; patch++) {
            pool(layers, patch * maps.size() * each, maps.size() * each, features, patch * width, width);
        }
        return features;
    }

    /** Adaptive average pooling of {@code length} values to {@code count} values. */
    private static void pool(float[] from, int first, int length, float[] to, int at, int count) {
        for (int i = 0; i < count; i++) {
            int begin = (int) ((long) i * length / count);
            int end = (int) (((long) (i + 1) * length + count - 1) / count);
            float sum = 0;
            for (int j = begin; j < end; j++) {
                sum += from[first + j];
            }
            to[at + i] = sum / (end - begin);
        }
    }
}
