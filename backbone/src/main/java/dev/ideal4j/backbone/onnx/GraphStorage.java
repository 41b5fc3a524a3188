package dev.ideal4j.backbone.onnx;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Memory whose contents a graph knows by name. The memory is a sequence of parts: zeros, constants and values of the
 * graph. A write puts a part in place of a range.
 */
final class GraphStorage implements Storage {
    /** The contents of a range. */
    private sealed interface Part {
        long length();
    }

    private record Zeros(long length) implements Part {}

    private record Constants(float... numbers) implements Part {
        @Override
        public long length() {
            return numbers.length;
        }
    }

    /** A value of the graph by its name. */
    private record Value(String name, long... shape) implements Part {
        @Override
        public long length() {
            return size(shape);
        }
    }

    private final GraphBackend backend;
    private final long length;

    /** The parts by their offsets. They follow each other without a gap. */
    private final TreeMap<Long, Part> parts = new TreeMap<>();

    GraphStorage(GraphBackend backend, long length) {
        this.backend = backend;
        this.length = length;
        parts.put(0L, new Zeros(length));
    }

    private static long size(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }

    /** Returns the value of a range in the given shape. */
    String value(long offset, long... shape) {
        List<Part> found = range(offset, offset + size(shape));
        if (found.size() == 1) {
            return drawn(found.get(0), shape);
        }
        if (found.stream().noneMatch(Value.class::isInstance)) {
            return backend.shared(numbers(found), shape);
        }
        String[] pieces = found.stream().map(part -> drawn(part, part.length())).toArray(String[]::new);
        return reshape(graph().apply("Concat", new Attributes().with("axis", 0), pieces), shape);
    }

    /** Replaces a range by a value of the graph. */
    void write(long offset, String value, long... shape) {
        put(offset, new Value(value, shape));
    }

    /** The parts of a range, cut to it. */
    private List<Part> range(long offset, long end) {
        List<Part> found = new ArrayList<>();
        for (Map.Entry<Long, Part> entry :
                parts.subMap(parts.floorKey(offset), end).entrySet()) {
            long first = entry.getKey();
            Part part = entry.getValue();
            found.add(cut(part, Math.max(offset - first, 0), Math.min(end - first, part.length())));
        }
        return found;
    }

    private void put(long offset, Part part) {
        if (part.length() == 0) {
            return;
        }
        long end = offset + part.length();
        Map.Entry<Long, Part> before = parts.floorEntry(offset);
        Map.Entry<Long, Part> last = parts.lowerEntry(end);
        parts.subMap(offset, end).clear();
        if (before.getKey() < offset) {
            parts.put(before.getKey(), cut(before.getValue(), 0, offset - before.getKey()));
        }
        parts.put(offset, part);
        long left = last.getKey() + last.getValue().length() - end;
        if (left > 0) {
            parts.put(
                    end,
                    cut(
                            last.getValue(),
                            last.getValue().length() - left,
                            last.getValue().length()));
        }
    }

    private Part cut(Part part, long from, long to) {
        if (from == 0 && to == part.length()) {
            return part;
        }
        if (part instanceof Constants constants) {
            return new Constants(Arrays.copyOfRange(constants.numbers, (int) from, (int) to));
        }
        return part instanceof Value ? slice(drawn(part, part.length()), from, to) : new Zeros(to - from);
    }

    private Value slice(String flat, long from, long to) {
        OnnxGraph graph = graph();
        String begin = graph.integers(from);
        return new Value(graph.apply("Slice", flat, begin, graph.integers(to), graph.integers(0)), to - from);
    }

    /** The name of a part in the graph, where it has the given shape. */
    private String drawn(Part part, long... shape) {
        if (part instanceof Value value) {
            return Arrays.equals(value.shape, shape) ? value.name : reshape(value.name, shape);
        }
        return part instanceof Constants constants
                ? backend.shared(constants.numbers, shape)
                : graph().apply("ConstantOfShape", graph().integers(shape));
    }

    private String reshape(String value, long... shape) {
        return graph().apply("Reshape", value, graph().integers(shape));
    }

    private OnnxGraph graph() {
        return backend.graph();
    }

    /** The numbers of zeros and constants. */
    private static float[] numbers(List<Part> found) {
        float[] all =
                new float[Math.toIntExact(found.stream().mapToLong(Part::length).sum())];
        int at = 0;
        for (Part part : found) {
            if (part instanceof Constants constants) {
                System.arraycopy(constants.numbers, 0, all, at, constants.numbers.length);
            }
            at += (int) part.length();
        }
        return all;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public long length() {
        return length;
    }

    /** Reads constants. A value that depends on the image is known only when the graph runs. */
    @Override
    public void read(long offset, float[] to, int toOffset, int count) {
        List<Part> found = range(offset, offset + count);
        if (found.stream().anyMatch(Value.class::isInstance)) {
            throw unknown("an image's values");
        }
        System.arraycopy(numbers(found), 0, to, toOffset, count);
    }

    @Override
    public void write(long offset, float[] from, int fromOffset, int count) {
        put(offset, new Constants(Arrays.copyOfRange(from, fromOffset, fromOffset + count)));
    }

    @Override
    public void readInts(long offset, int[] to, int toOffset, int count) {
        throw unknown("positions");
    }

    private static InvalidInputException unknown(String what) {
        return new InvalidInputException(
                "ONNX graph", "a step that reads " + what + " on the host", "operations of the backend alone");
    }

    @Override
    public void writeInts(long offset, int[] from, int fromOffset, int count) {
        long[] numbers = Arrays.stream(from, fromOffset, fromOffset + count)
                .asLongStream()
                .toArray();
        write(offset, graph().integers(numbers), count);
    }
}
