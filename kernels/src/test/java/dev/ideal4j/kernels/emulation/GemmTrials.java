package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Buffer;
import dev.ideal4j.kernels.emulation.EmulatedDevice.Launch;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** {@code gemm_mma.cu} and {@code gemm_wgmma.cu}: linear layers with every epilogue. */
final class GemmTrials {
    private static final int SIDE = CudaSources.number("gemm_wgmma.cu", "SIDE"); // and of the others

    private static final int DEPTH = CudaSources.number("gemm_wgmma.cu", "DEPTH");

    private final Backend reference;

    GemmTrials(Backend reference) {
        this.reference = reference;
    }

    private enum Kind {
        BF16("gemm_mma.cu", EmulatedTrial::bf16),
        TF32("gemm_mma.cu", EmulatedTrial::tf32),
        WGMMA("gemm_wgmma.cu", EmulatedTrial::bf16);

        private final String source;
        private final UnaryOperator<float[]> rounding;

        Kind(String source, UnaryOperator<float[]> rounding) {
            this.source = source;
            this.rounding = rounding;
        }
    }

    /** A layer's sizes and epilogue. */
    private record Layer(
            int rows, int columns, int k, boolean bias, Activation activation, boolean scale, int residualRows) {}

    private static final Layer PLAIN = new Layer(130, 136, 392, false, Activation.NONE, false, 0);
    private static final List<Layer> LAYERS = List.of(
            new Layer(1, 1, 8, true, Activation.NONE, false, 0),
            new Layer(64, 40, 64, true, Activation.GELU, false, 0),
            new Layer(66, 37, 200, true, Activation.RELU, false, 0),
            new Layer(30, 131, 24, true, Activation.SIGMOID, true, 15),
            new Layer(129, 128, 136, true, Activation.NONE, true, 129),
            new Layer(5, 9, 1032, true, Activation.NONE, false, 0));

    /** A small layer for each activation; results reach beyond 6, where ReLU6 ends. */
    private static Stream<Layer> ofEachActivation() {
        return Stream.of(Activation.values()).map(activation -> new Layer(20, 36, 192, true, activation, false, 0));
    }

    Stream<EmulatedTrial> all() {
        return Stream.of(Kind.values()).flatMap(kind -> Stream.of(LAYERS.stream(), ofEachActivation(), Stream.of(PLAIN))
                .flatMap(layers -> layers)
                .map(layer -> trial(kind, layer)));
    }

    /** A transformer's layers, and one that is so deep that every stage is filled dozens of times. */
    Stream<EmulatedTrial> large() {
        return Stream.of(
                        new Layer(1025, 1152, 384, true, Activation.NONE, false, 0),
                        new Layer(1025, 1536, 384, true, Activation.GELU, false, 0),
                        new Layer(1025, 384, 1536, true, Activation.NONE, true, 1025),
                        new Layer(257, 129, 6400, true, Activation.NONE, false, 0))
                .flatMap(layer -> Stream.of(Kind.values()).map(kind -> trial(kind, layer)));
    }

    private EmulatedTrial trial(Kind kind, Layer layer) {
        String name = kind + " " + layer.rows + "x" + layer.columns + "x" + layer.k + " " + layer.activation
                + (layer.scale ? " scaled" : "") + (layer.residualRows > 0 ? " residual" : "");
        float[] x = EmulatedTrial.values("x" + layer, layer.rows * layer.k);
        float[] weight = EmulatedTrial.values("weight" + layer, layer.columns * layer.k);
        float[] bias = layer.bias ? EmulatedTrial.values("bias" + layer, layer.columns) : null;
        float[] scale = layer.scale ? EmulatedTrial.values("scale" + layer, layer.columns) : null;
        float[] residual = layer.residualRows > 0
                ? EmulatedTrial.values("residual" + layer, layer.residualRows * layer.columns)
                : null;
        float[] expected = expected(layer, kind.rounding.apply(x), kind.rounding.apply(weight), bias, scale, residual);
        float[] exact = expected(layer, x, weight, bias, scale, residual);
        return new EmulatedTrial(
                name,
                kind.source,
                device -> run(device, kind, layer, x, weight, bias, scale, residual),
                expected,
                2e-6,
                exact,
                layer == PLAIN && kind != Kind.TF32);
    }

    private float[] expected(Layer layer, float[] x, float[] weight, float[] bias, float[] scale, float[] residual) {
        try (Scope scope = reference.scope()) {
            Tensor out = scope.allocate(layer.rows, layer.columns);
            Epilogue epilogue = new Epilogue(
                    layer.activation,
                    scale == null ? null : scope.upload(scale, layer.columns),
                    residual == null ? null : scope.upload(residual, layer.residualRows, layer.columns));
            reference
                    .products()
                    .linear(
                            scope.upload(x, layer.rows, layer.k),
                            reference
                                    .products()
                                    .pack(
                                            scope.upload(weight, layer.columns, layer.k),
                                            bias == null ? null : scope.upload(bias, layer.columns),
                                            scope),
                            epilogue,
                            out);
            return out.toArray();
        }
    }

    private static float[] run(
            TrialDevice device,
            Kind kind,
            Layer layer,
            float[] x,
            float[] weight,
            float[] bias,
            float[] scale,
            float[] residual) {
        Buffer out = device.floats(layer.rows * layer.columns);
        Buffer left = device.upload(x);
        Buffer right = device.upload(weight);
        Object[] epilogue = {
            bias == null ? null : device.upload(bias),
            scale == null ? null : device.upload(scale),
            residual == null ? null : device.upload(residual),
            layer.residualRows,
            layer.activation.ordinal()
        };
        int rowBlocks = (layer.rows + SIDE - 1) / SIDE;
        int columnBlocks = (layer.columns + SIDE - 1) / SIDE;
        if (kind == Kind.WGMMA) {
            int steps = (layer.k + DEPTH - 1) / DEPTH;
            Buffer a = tiles(device, left, layer.rows, layer.k, rowBlocks, steps);
            Buffer b = tiles(device, right, layer.columns, layer.k, columnBlocks, steps);
            Launch launch = launch(kind, columnBlocks * rowBlocks);
            device.launch("gemm_wgmma", launch, with(epilogue, a, b, out, layer.rows, layer.columns, steps));
        } else {
            if (kind == Kind.BF16) {
                left = rounded(device, left, layer.rows, layer.k);
                right = rounded(device, right, layer.columns, layer.k);
            }
            Launch launch = launch(kind, columnBlocks * rowBlocks);
            device.launch(
                    kind == Kind.BF16 ? "gemm_bf16" : "gemm_tf32",
                    launch,
                    with(epilogue, left, right, out, layer.rows, layer.columns, layer.k, layer.k, layer.k, 0L, 0L));
        }
        return device.read(out);
    }

    private static Launch launch(Kind kind, int blocks) {
        int threads = CudaSources.number(kind.source, "THREADS");
        return new Launch(blocks, 1, 1, threads, CudaSources.number(kind.source, "SHARED_BYTES"));
    }

    private static Buffer rounded(TrialDevice device, Buffer rows, int count, int width) {
        Buffer rounded = device.allocate(2 * count * width);
        device.launch("rows_to_bf16", Launch.of(count, 256), rows, rounded, width, width);
        return rounded;
    }

    private static Buffer tiles(TrialDevice device, Buffer rows, int count, int width, int blocks, int steps) {
        Buffer tiles = device.allocate(blocks * steps * SIDE * DEPTH * 2);
        device.launch("rows_to_tiles", new Launch(steps * blocks, 1, 1, 256, 0), rows, tiles, count, width);
        return tiles;
    }

    private static Object[] with(Object[] last, Object... first) {
        return Stream.concat(Stream.of(first), Stream.of(last)).toArray();
    }
}
