package dev.ideal4j.backbone.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Window;
import dev.ideal4j.core.testing.Close;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation that can be drawn gives, run by ONNX Runtime, what the CPU backend gives. */
class GraphBackendTest {
    @TempDir
    Path folder;

    /** Computes {@code out} from {@code x}, which both have given shapes. */
    private interface Work {
        void run(Backend on, Scope scope, Tensor x, Tensor out);
    }

    private record Row(int[] x, int[] out, Work work) {}

    private static final Map<String, Row> ROWS = new LinkedHashMap<>();

    private static void row(String name, int[] x, int[] out, Work work) {
        ROWS.put(name, new Row(x, out, work));
    }

    private static int[] of(int... shape) {
        return shape;
    }

    private static Tensor constant(Scope scope, long seed, int... shape) {
        return scope.upload(values(seed, shape), shape);
    }

    private static float[] values(long seed, int... shape) {
        int count = 1;
        for (int length : shape) {
            count *= length;
        }
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    static {
        for (Activation f : Activation.values()) {
            row("activation " + f, of(5, 7), of(5, 7), (on, scope, x, out) -> on.activations()
                    .apply(f, x, out));
            row("linear " + f, of(6, 7), of(6, 4), (on, scope, x, out) -> {
                PackedWeight weight = on.products().pack(constant(scope, 1, 4, 7), constant(scope, 2, 4), scope);
                Epilogue epilogue = new Epilogue(f, constant(scope, 3, 4), constant(scope, 4, 3, 4));
                on.products().linear(x, weight, epilogue, out);
            });
        }
        row("multiply", of(2, 3, 4), of(2, 3, 5), (on, scope, x, out) -> on.products()
                .multiply(x, constant(scope, 1, 2, 4, 5), out));
        row("multiply transposed", of(3, 4), of(3, 5), (on, scope, x, out) -> on.products()
                .multiplyTransposed(x, constant(scope, 1, 5, 4), out));
        row("transpose", of(2, 3, 4), of(2, 4, 3), (on, scope, x, out) -> on.products()
                .transpose(x, out));
        row("layer norm", of(3, 8), of(3, 8), (on, scope, x, out) -> on.normalization()
                .layerNorm(x, constant(scope, 1, 8), constant(scope, 2, 8), 1e-5f, out));
        row("l2", of(3, 8), of(3, 8), (on, scope, x, out) -> on.normalization().l2(x, 1e-12f, out));
        row("fixed norm", of(3, 4), of(3, 4), (on, scope, x, out) -> {
            Tensor variance = scope.allocate(4);
            on.activations().absolute(constant(scope, 4, 4), variance);
            on.batchNorm()
                    .fixed(x, constant(scope, 1, 4), constant(scope, 2, 4), constant(scope, 3, 4), variance, 0.1f, out);
        });
        row("gate", of(3, 8), of(3, 4), (on, scope, x, out) -> on.activations().siluGate(x, out));
        row("softmax", of(3, 8), of(3, 8), (on, scope, x, out) -> on.activations()
                .softmax(x, out));
        row("add repeated", of(6, 4), of(6, 4), (on, scope, x, out) -> on.activations()
                .add(x, -2, constant(scope, 1, 2, 4), out));
        row("scale", of(6, 4), of(6, 4), (on, scope, x, out) -> on.activations().scale(x, 3, out));
        row("top mean", of(3, 9), of(3), (on, scope, x, out) -> on.reductions().topMean(x, 4, out));
        row("norm", of(3, 9), of(3), (on, scope, x, out) -> on.reductions().norm(x, out));
        row("column sum", of(3, 9), of(9), (on, scope, x, out) -> on.reductions()
                .columnSum(x, out));
        row("columns of both", of(3, 4), of(3, 9), (on, scope, x, out) -> {
            on.layout().columns(x, 1, out, 6, 3);
            on.layout().columns(constant(scope, 1, 3, 5), 0, out, 0, 5);
        });
        row("parts", of(4, 3), of(5, 3), (on, scope, x, out) -> {
            on.copy(x, out.slice(1, 4));
            on.copy(x.slice(3, 1), out.slice(2, 1));
            out.slice(4, 1).write(new float[] {7, 8, 9});
        });
        row("gather", of(3, 4), of(3, 4), (on, scope, x, out) -> {
            Tensor rows = constant(scope, 1, 6, 4);
            NeighbourIndex index = on.neighbours().index(rows, scope);
            Indices found = scope.allocateIndices(3, 1);
            on.neighbours().topK(x, index, 1, scope.allocate(3, 1), found);
            on.layout().gather(rows, found, out);
        });
        row("neighbours", of(3, 4), of(3, 5), (on, scope, x, out) -> {
            NeighbourIndex index = on.neighbours().index(constant(scope, 1, 9, 4), scope);
            on.neighbours().topK(x, index, 5, out, scope.allocateIndices(3, 5));
        });
        for (int k : of(1, 2, 5, 12)) {
            row("local PCA " + k, of(7, 16), of(7, 16), (on, scope, x, out) -> {
                Tensor rows = constant(scope, 1, 30, 16);
                NeighbourIndex index = on.neighbours().index(rows, scope);
                Tensor similar = scope.allocate(7, k);
                Indices found = scope.allocateIndices(7, k);
                on.neighbours().topK(x, index, k, similar, found);
                on.localPca().erase(x, rows, similar, found, (k + 2) / 3, 0.8f, out);
            });
        }
        row("project", of(1, 5, 8), of(1, 5, 8), (on, scope, x, out) -> on.deviations()
                .project(x, constant(scope, 1, 3, 8), out));
        row("distance", of(1, 5, 8), of(1, 5), (on, scope, x, out) -> on.deviations()
                .distance(x, constant(scope, 1, 3, 8), out));
        row("patch score", of(1, 5), of(1, 5), (on, scope, x, out) -> on.deviations()
                .patchScore(constant(scope, 1, 1, 5), x, out));
        row("patches", of(2, 3, 6, 9), of(2, 6, 27), (on, scope, x, out) -> on.convolution()
                .patches(x, 3, out));
        row("convolution", of(1, 9, 7, 3), of(1, 5, 4, 6), (on, scope, x, out) -> {
            Window window = new Window(3, 2, 1);
            Tensor windows = scope.allocate(1, 20, 27);
            on.convolution().unfold(x, window, windows);
            PackedWeight weight = on.products().pack(constant(scope, 1, 6, 27), constant(scope, 2, 6), scope);
            on.products().linear(windows.reshape(20, 27), weight, Epilogue.NONE, out.reshape(20, 6));
        });
        row("depthwise", of(1, 9, 8, 3), of(1, 5, 4, 3), (on, scope, x, out) -> on.convolution()
                .depthwise(x, constant(scope, 1, 3, 3, 3), constant(scope, 2, 3), 2, 1, 0, Activation.RELU6, out));
        row("max", of(1, 9, 8, 3), of(1, 5, 4, 3), (on, scope, x, out) -> on.pooling()
                .max(x, new Window(3, 2, 1), out));
        row("average", of(1, 9, 8, 3), of(1, 5, 4, 3), (on, scope, x, out) -> on.pooling()
                .average(x, new Window(3, 2, 1), out));
        row("bilinear", of(2, 5, 7), of(2, 13, 4), (on, scope, x, out) -> on.resampling()
                .bilinear(x, out));
        row("blur", of(1, 5, 30), of(1, 5, 30), (on, scope, x, out) -> on.resampling()
                .gaussianBlur(x, 2, out));
    }

    static Stream<String> rows() {
        return ROWS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void drawsWhatTheCpuComputes(String name) throws OrtException {
        Row row = ROWS.get(name);
        float[] given = values(99, row.x);
        Path file = folder.resolve("row.onnx");
        OnnxGraph graph = new OnnxGraph("row");
        GraphBackend drawing = new GraphBackend(graph);
        Scope drawn = drawing.scope();
        Tensor input = drawing.tensor(graph.input("x", Type.FLOAT, boxed(row.x)), row.x);
        Tensor output = drawn.allocate(row.out);
        row.work.run(drawing, drawn, input, output);
        graph.output("out", drawing.value(output), Type.FLOAT, boxed(row.out));
        graph.write(18, file);

        OrtEnvironment runtime = OrtEnvironment.getEnvironment();
        try (Backend cpu = Backends.open("cpu");
                Scope scope = cpu.scope();
                OrtSession session = runtime.createSession(file.toString());
                OnnxTensor x = OnnxTensor.createTensor(runtime, FloatBuffer.wrap(given), GraphBackend.longs(row.x));
                OrtSession.Result result = session.run(Map.of("x", x))) {
            Tensor expected = scope.allocate(row.out);
            row.work.run(cpu, scope, scope.upload(given, row.x), expected);
            FloatBuffer found = ((OnnxTensor) result.get("out").orElseThrow()).getFloatBuffer();
            float[] actual = new float[found.remaining()];
            found.get(actual);
            Close.assertClose(name, actual, expected.toArray(), 1e-5);
        }
    }

    private static Object[] boxed(int... shape) {
        return IntStream.of(shape).boxed().toArray();
    }

    @Test
    void namesAnOperationThatCannotBeDrawn() {
        GraphBackend drawing = new GraphBackend(new OnnxGraph("none"));
        Tensor rows = constant(drawing.scope(), 1, 3, 4);
        assertThatThrownBy(() -> drawing.products().orthonormalize(rows, rows))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Products.orthonormalize");
    }

    @Test
    void refusesToReadWhatDependsOnTheInput() {
        OnnxGraph graph = new OnnxGraph("none");
        GraphBackend drawing = new GraphBackend(graph);
        Tensor x = drawing.tensor(graph.input("x", Type.FLOAT, 3), 3);
        assertThatThrownBy(x::toArray).isInstanceOf(InvalidInputException.class).hasMessageContaining("on the host");
    }
}
