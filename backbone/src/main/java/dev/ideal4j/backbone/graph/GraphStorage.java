package dev.ideal4j.backbone.graph;

import dev.ideal4j.backbone.graph.OnnxGraph.Attributes;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Storage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Memory whose contents are known to a graph by name. Each write replaces a range by a part, which is an array of constants
 * or a value of the graph. Ranges that were never written are zero.
 */
final class GraphStorage implements Storage {
    private final GraphBackend backend;
    private final long length;
    private final TreeMap<Long, Part> parts = new TreeMap<>();

    GraphStorage(GraphBackend backend, long length) {
        this.backend = backend;
        this.length = length;
    }

    /**
     * The contents of a range.
     *
     * @param length number of elements
     * @param constants the elements, or null
     * @param value name of a value in the graph, or null
     * @param shape shape of the value
     */
    private record Part(long length, float[] constants, String value, long[] shape) {}

    /** Returns the value of a range in the given shape. */
    String value(long offset, long... shape) {
        long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        Part part = parts.get(offset);
        if (part != null && part.length == size && part.value != null) {
            return Arrays.equals(part.shape, shape) ? part.value : reshape(part.value, shape);
        }
        List<Part> found = range(offset, size);
        if (found.stream().allMatch(each -> each.value == null)) {
            return found.stream().allMatch(each -> each.constants == null)
                    ? zeros(shape)
                    : backend.shared(constants(found, size), shape);
        }
        String[] pieces = found.stream().map(this::flat).toArray(String[]::new);
        String joined =
                pieces.length == 1 ? pieces[0] : graph().apply("Concat", new Attributes().with("axis", 0), pieces);
        return reshape(joined, shape);
    }

    private OnnxGraph graph() {
        return backend.graph();
    }

    private String reshape(String value, long... shape) {
        return graph().apply("Reshape", value, graph().integers(shape));
    }

    private String zeros(long... shape) {
        return graph().apply("ConstantOfShape", graph().integers(shape));
    }

    private String flat(Part part) {
        return part.value != null
                ? part.shape.length == 1 ? part.value : reshape(part.value, part.length)
                : part.constants != null ? backend.shared(part.constants, part.length) : zeros(part.length);
    }

    private static float[] constants(List<Part> found, long size) {
        float[] all = new float[Math.toIntExact(size)];
        int at = 0;
        for (Part part : found) {
            if (part.constants != null) {
                System.arraycopy(part.constants, 0, all, at, part.constants.length);
            }
            at += (int) part.length;
        }
        return all;
    }

    /** The parts of a range, cut to it. Zeros are parts without contents. */
    private List<Part> range(long offset, long size) {
        List<Part> found = new ArrayList<>();
        long at = offset;
        long end = offset + size;
        Long begin = parts.floorKey(offset);
        for (Map.Entry<Long, Part> entry :
                parts.subMap(begin == null ? offset : begin, end).entrySet()) {
            long first = entry.getKey();
            long last = Math.min(end, first + entry.getValue().length);
            if (last <= at) {
                continue;
            }
            if (first > at) {
                found.add(new Part(first - at, null, null, null));
                at = first;
            }
            found.add(cut(entry.getValue(), at - first, last - at));
            at = last;
        }
        if (at < end) {
            found.add(new Part(end - at, null, null, null));
        }
        return found;
    }

    private Part cut(Part part, long from, long count) {
        if (from == 0 && count == part.length) {
            return part;
        }
        if (part.constants != null) {
            return new Part(count, Arrays.copyOfRange(part.constants, (int) from, (int) (from + count)), null, null);
        }
        String sliced = graph().apply(
                        "Slice",
                        flat(part),
                        graph().integers(from),
                        graph().integers(from + count),
                        graph().integers(0));
        return new Part(count, null, sliced, new long[] {count});
    }

    /** Replaces a range by a value of the graph. */
    void write(long offset, String value, long... shape) {
        put(offset, new Part(Arrays.stream(shape).reduce(1, Math::multiplyExact), null, value, shape));
    }

    private void put(long offset, Part part) {
        long end = offset + part.length;
        Long begin = parts.floorKey(offset);
        for (long first :
                List.copyOf(parts.subMap(begin == null ? offset : begin, end).keySet())) {
            Part old = parts.get(first);
            long last = first + old.length;
            if (last > offset) {
                parts.remove(first);
                if (first < offset) {
                    parts.put(first, cut(old, 0, offset - first));
                }
                if (last > end) {
                    parts.put(end, cut(old, end - first, last - end));
                }
            }
        }
        parts.put(offset, part);
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
        List<Part> found = range(offset, count);
        if (found.stream().anyMatch(part -> part.value != null)) {
            throw new InvalidInputException(
                    "ONNX graph", "a step that reads an image's values on the host", "operations of the backend alone");
        }
        System.arraycopy(constants(found, count), 0, to, toOffset, count);
    }

    @Override
    public void write(long offset, float[] from, int fromOffset, int count) {
        put(offset, new Part(count, Arrays.copyOfRange(from, fromOffset, fromOffset + count), null, null));
    }

    @Override
    public void readInts(long offset, int[] to, int toOffset, int count) {
        throw new InvalidInputException(
                "ONNX graph", "a step that reads positions on the host", "operations of the backend alone");
    }

    @Override
    public void writeInts(long offset, int[] from, int fromOffset, int count) {
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = from[fromOffset + i];
        }
        write(offset, graph().integers(numbers), count);
    }
}
