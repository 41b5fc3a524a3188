package dev.ideal4j.backbone.onnx;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Builds a graph of ONNX operators. Values are identified by name. Field numbers are those of {@code onnx.proto}. */
final class OnnxGraph {
    private static final int FLOAT = 1;
    private static final int INT64 = 7;

    private final ProtoMessage graph = new ProtoMessage();
    private int values;

    OnnxGraph(String name) {
        graph.text(2, name);
    }

    /** Attributes of an operator. */
    static final class Attributes {
        private final ProtoMessage node = new ProtoMessage();

        Attributes with(String name, long value) {
            node.message(5, new ProtoMessage().text(1, name).number(3, value).number(20, 2));
            return this;
        }

        Attributes with(String name, float value) {
            node.message(5, new ProtoMessage().text(1, name).number(2, value).number(20, 1));
            return this;
        }

        Attributes with(String name, long... value) {
            ProtoMessage attribute = new ProtoMessage().text(1, name);
            for (long entry : value) {
                attribute.number(8, entry);
            }
            node.message(5, attribute.number(20, 7));
            return this;
        }
    }

    /** Adds a weight, which is read when the graph is written. */
    String weight(String name, Supplier<float[]> read, long... shape) {
        int count = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        graph.message(5, tensor(name, FLOAT, shape).floats(9, count, read));
        return name;
    }

    /** Adds a constant number. */
    String constant(float value) {
        return weight(newName("constant"), () -> new float[] {value});
    }

    /** Adds constant integers, for shapes and positions. */
    String integers(long... numbers) {
        String name = newName("integers");
        graph.message(5, tensor(name, INT64, numbers.length).longs(9, numbers));
        return name;
    }

    private static ProtoMessage tensor(String name, int type, long... shape) {
        ProtoMessage tensor = new ProtoMessage();
        for (long length : shape) {
            tensor.number(1, length);
        }
        return tensor.number(2, type).text(8, name);
    }

    /** Applies an operator without attributes and returns its only result. */
    String apply(String operator, String... inputs) {
        return apply(operator, new Attributes(), inputs);
    }

    /** Applies an operator and returns its only result. */
    String apply(String operator, Attributes attributes, String... inputs) {
        return apply(operator, attributes, 1, inputs).get(0);
    }

    /** Applies an operator and returns its results. */
    List<String> apply(String operator, Attributes attributes, int outputs, String... inputs) {
        ProtoMessage node = attributes.node;
        for (String input : inputs) {
            node.text(1, input);
        }
        String[] names = new String[outputs];
        for (int i = 0; i < outputs; i++) {
            names[i] = newName(operator);
            node.text(2, names[i]);
        }
        graph.message(1, node.text(3, "node_" + names[0]).text(4, operator));
        return List.of(names);
    }

    private String newName(String stem) {
        return stem + "_" + values++;
    }

    /** Declares a float input. A negative length stands for the variable batch size. */
    String input(String name, long... shape) {
        graph.message(11, declaration(name, shape));
        return name;
    }

    /** Declares a float output with its own name. */
    void output(String name, String value, long... shape) {
        graph.message(1, new ProtoMessage().text(1, value).text(2, name).text(4, "Identity"));
        graph.message(12, declaration(name, shape));
    }

    private static ProtoMessage declaration(String name, long... shape) {
        ProtoMessage dimensions = new ProtoMessage();
        for (long length : shape) {
            ProtoMessage dimension = new ProtoMessage();
            dimensions.message(1, length < 0 ? dimension.text(2, "batch") : dimension.number(1, length));
        }
        ProtoMessage tensor = new ProtoMessage().number(1, FLOAT).message(2, dimensions);
        return new ProtoMessage().text(1, name).message(2, new ProtoMessage().message(1, tensor));
    }

    /** Returns the model file with this graph. */
    ProtoMessage model(int operatorSet) {
        return new ProtoMessage()
                .number(1, 8)
                .text(2, "ideal4j")
                .message(7, graph)
                .message(8, new ProtoMessage().text(1, "").number(2, operatorSet));
    }
}
