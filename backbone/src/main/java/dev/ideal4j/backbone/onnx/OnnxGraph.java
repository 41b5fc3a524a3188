package dev.ideal4j.backbone.onnx;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Builds a graph of ONNX operators. Values are identified by name. Field numbers are those of {@code onnx.proto}. The file
 * contains only the nodes and weights that an output needs.
 */
public final class OnnxGraph {
    /** Maximum size of a Protocol Buffers message in bytes. */
    private static final long LARGEST = Integer.MAX_VALUE;

    private final String name;
    private final OnnxGraph outer;
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, ProtoMessage> weights = new LinkedHashMap<>();
    private final Map<List<Long>, String> known = new HashMap<>();
    private final List<ProtoMessage> inputs = new ArrayList<>();
    private final List<ProtoMessage> outputs = new ArrayList<>();
    private final Set<String> results = new HashSet<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private int values;

    /** Creates an empty graph. */
    public OnnxGraph(String name) {
        this(name, null);
    }

    private OnnxGraph(String name, OnnxGraph outer) {
        this.name = name;
        this.outer = outer;
    }

    /** The name of this graph. */
    public String name() {
        return name;
    }

    /** Element types of values. */
    public enum Type {
        /** 32-bit floating point. */
        FLOAT(1),
        /** Unsigned byte. */
        UINT8(2),
        /** 64-bit integer. */
        INT64(7),
        /** Truth value. */
        BOOL(9),
        /** 64-bit floating point. */
        DOUBLE(11);

        private final int code;

        Type(int code) {
            this.code = code;
        }
    }

    /** An operator with the values that it or its body reads, and its results. */
    private record Node(ProtoMessage message, List<String> inputs, List<String> outputs) {}

    /** Attributes of an operator. */
    public static final class Attributes {
        private final ProtoMessage node = new ProtoMessage();
        private final Set<String> captured = new HashSet<>();

        /** Adds an integer. */
        public Attributes with(String name, long value) {
            return add(new ProtoMessage().text(1, name).number(3, value), 2);
        }

        /** Adds a number. */
        public Attributes with(String name, float value) {
            return add(new ProtoMessage().text(1, name).number(2, value), 1);
        }

        /** Adds a text. */
        public Attributes with(String name, String value) {
            return add(new ProtoMessage().text(1, name).text(4, value), 3);
        }

        /** Adds integers. */
        public Attributes with(String name, long... value) {
            ProtoMessage attribute = new ProtoMessage().text(1, name);
            for (long entry : value) {
                attribute.number(8, entry);
            }
            return add(attribute, 7);
        }

        /** Adds an element type. */
        public Attributes with(String name, Type type) {
            return with(name, (long) type.code);
        }

        /** Adds the body of a loop, which is complete. */
        public Attributes with(String name, OnnxGraph body) {
            Set<String> live = body.live();
            captured.addAll(live);
            body.nodes.forEach(each -> captured.removeAll(each.outputs));
            return add(new ProtoMessage().text(1, name).message(6, body.message(live)), 5);
        }

        private Attributes add(ProtoMessage attribute, int type) {
            node.message(5, attribute.number(20, type));
            return this;
        }
    }

    /** Creates the body of a loop. The body may read values of this graph. */
    public OnnxGraph body(String stem) {
        return new OnnxGraph(newName(stem), this);
    }

    /** Adds a float weight, which is read when the graph is written. */
    public String weight(String name, Supplier<float[]> read, long... shape) {
        weights.put(name, tensor(name, Type.FLOAT, shape).floats(9, count(shape), read));
        return name;
    }

    private static int count(long... shape) {
        return Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    }

    /** Adds a float weight with a new name. */
    public String weight(float[] values, long... shape) {
        return weight(() -> values, shape);
    }

    /** Adds a float weight with a new name, which is read when the graph is written. */
    String weight(Supplier<float[]> read, long... shape) {
        return weight(newName("weight"), read, shape);
    }

    /** Adds a constant number. */
    public String constant(float value) {
        return known(Type.FLOAT, Float.floatToIntBits(value), () -> weight(new float[] {value}));
    }

    /** Adds a constant number in double precision. */
    public String constant(double value) {
        return known(Type.DOUBLE, Double.doubleToLongBits(value), () -> {
            String constant = newName("constant");
            long[] bits = {Double.doubleToLongBits(value)};
            weights.put(constant, tensor(constant, Type.DOUBLE).longs(9, bits));
            return constant;
        });
    }

    private String known(Type type, long bits, Supplier<String> make) {
        List<Long> key = List.of((long) type.code, bits);
        String constant = known.get(key);
        if (constant == null) {
            constant = make.get();
            known.put(key, constant);
        }
        return constant;
    }

    /** Adds constant integers, for shapes and positions. */
    public String integers(long... numbers) {
        return integers(numbers, numbers.length);
    }

    /** Adds constant integers of a shape. */
    public String integers(long[] numbers, long... shape) {
        String name = newName("integers");
        weights.put(name, tensor(name, Type.INT64, shape).longs(9, numbers));
        return name;
    }

    private static ProtoMessage tensor(String name, Type type, long... shape) {
        ProtoMessage tensor = new ProtoMessage();
        for (long length : shape) {
            tensor.number(1, length);
        }
        return tensor.number(2, type.code).text(8, name);
    }

    /** Applies an operator without attributes and returns its only result. */
    public String apply(String operator, String... inputs) {
        return apply(operator, new Attributes(), inputs);
    }

    /** Applies an operator and returns its only result. */
    public String apply(String operator, Attributes attributes, String... inputs) {
        return apply(operator, attributes, 1, inputs).get(0);
    }

    /** Applies an operator and returns its results. An empty name stands for an input that is not given. */
    public List<String> apply(String operator, Attributes attributes, int outputs, String... inputs) {
        ProtoMessage node = attributes.node;
        for (String input : inputs) {
            node.text(1, input);
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < outputs; i++) {
            names.add(newName(operator));
            node.text(2, names.get(i));
        }
        List<String> needed = new ArrayList<>(List.of(inputs));
        needed.addAll(attributes.captured);
        nodes.add(new Node(node.text(3, "node_" + names.get(0)).text(4, operator), needed, names));
        return names;
    }

    /** Converts to another element type. */
    public String cast(String value, Type type) {
        return apply("Cast", new Attributes().with("to", type), value);
    }

    private String newName(String stem) {
        return outer == null ? stem + "_" + values++ : outer.newName(stem);
    }

    /** Declares an input. */
    public String input(String name, Type type, Object... shape) {
        inputs.add(declaration(name, type, shape));
        return name;
    }

    /**
     * Declares an output with its own name.
     *
     * @param shape length of each axis, or the name of a variable length
     */
    public void output(String name, String value, Type type, Object... shape) {
        nodes.add(new Node(
                new ProtoMessage().text(1, value).text(2, name).text(4, "Identity"), List.of(value), List.of(name)));
        outputs.add(declaration(name, type, shape));
        results.add(name);
    }

    private static ProtoMessage declaration(String name, Type type, Object... shape) {
        ProtoMessage dimensions = new ProtoMessage();
        for (Object length : shape) {
            ProtoMessage dimension = new ProtoMessage();
            dimensions.message(
                    1,
                    length instanceof Number number
                            ? dimension.number(1, number.longValue())
                            : dimension.text(2, (String) length));
        }
        ProtoMessage tensor = new ProtoMessage().number(1, type.code).message(2, dimensions);
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
    }

    /** Adds a property of the model, for readers of the file. */
    public void metadata(String key, String value) {
        metadata.put(key, value);
    }

    /** The names of the values that an output needs. */
    private Set<String> live() {
        Set<String> live = new HashSet<>(results);
        for (int i = nodes.size() - 1; i >= 0; i--) {
            if (nodes.get(i).outputs.stream().anyMatch(live::contains)) {
                live.addAll(nodes.get(i).inputs);
            }
        }
        return live;
    }

    private ProtoMessage message(Set<String> live) {
        ProtoMessage graph = new ProtoMessage().text(2, name);
        for (Node node : nodes) {
            if (node.outputs.stream().anyMatch(live::contains)) {
                graph.message(1, node.message);
            }
        }
        weights.forEach((weight, tensor) -> {
            if (live.contains(weight)) {
                graph.message(5, tensor);
            }
        });
        inputs.forEach(input -> graph.message(11, input));
        outputs.forEach(output -> graph.message(12, output));
        return graph;
    }

    /**
     * Writes the model atomically.
     *
     * @throws InvalidInputException if the file would exceed 2 GiB, the format's limit
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be written
     */
    public void write(int operatorSet, Path file) {
        ProtoMessage model = new ProtoMessage()
                .number(1, 8)
                .text(2, "ideal4j")
                .message(7, message(live()))
                .message(8, new ProtoMessage().text(1, "").number(2, operatorSet));
        metadata.forEach((key, value) ->
                model.message(14, new ProtoMessage().text(1, key).text(2, value)));
        if (model.size() > LARGEST) {
            throw new InvalidInputException(
                    file.toString(), model.size() + " bytes of ONNX", "at most " + LARGEST + ", the format's limit");
        }
        AtomicFile.write(file, model::write);
    }
}
