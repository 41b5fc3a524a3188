package dev.ideal4j.kernels.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.AttentionFunctions;
import dev.ideal4j.core.grad.ConvolutionFunctions;
import dev.ideal4j.core.grad.LossFunctions;
import dev.ideal4j.core.grad.NormalizationFunctions;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.PoolingFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ScoreFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.SeparableResize;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every differentiable function against central differences of its own forward pass, on the float64 reference. */
class TapeGradientTest {
    private static final float STEP = 1f / 128;

    private final Backend backend = Backends.open("reference");

    @AfterEach
    void nothingStaysAllocated() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    /** A function of parameters of given shapes; other inputs it makes itself, in the given scope. */
    private record Case(String name, List<Shape> shapes, Function<Inputs, Variable> function) {
        @Override
        public String toString() {
            return name;
        }
    }

    private record Inputs(Tape tape, List<Variable> parameters, Scope scope) {
        Variable p(int i) {
            return parameters.get(i);
        }

        Tensor given(String name, int... lengths) {
            Shape shape = Shape.of(lengths);
            return scope.upload(SeededValues.uniform(name, (int) shape.size(), 1, 0), shape);
        }

        Tensor bits(int... lengths) {
            float[] values =
                    SeededValues.uniform("bits", (int) Shape.of(lengths).size(), 1, 0);
            for (int i = 0; i < values.length; i++) {
                values[i] = values[i] > 0.3f ? 1 : 0;
            }
            return scope.upload(values, lengths);
        }
    }

    private static Case of(String name, Function<Inputs, Variable> function, int[]... shapes) {
        List<Shape> list = Stream.of(shapes).map(Shape::of).toList();
        return new Case(name, list, function);
    }

    private static int[] s(int... lengths) {
        return lengths;
    }

    static Stream<Case> cases() {
        Dropout dropout = new Dropout(7, 0.25f);
        List<Case> cases = new ArrayList<>(List.of(
                of("linear", i -> ProductFunctions.linear(i.p(0), i.p(1), i.p(2)), s(2, 3, 4), s(5, 4), s(5)),
                of("linear without bias", i -> ProductFunctions.linear(i.p(0), i.p(1), null), s(3, 4), s(5, 4)),
                of("multiply", i -> ProductFunctions.multiply(i.p(0), i.p(1)), s(2, 3, 4), s(2, 4, 5)),
                of("multiplyTransposed", i -> ProductFunctions.multiplyTransposed(i.p(0), i.p(1)), s(3, 4), s(5, 4)),
                of("used twice", i -> ProductFunctions.multiplyTransposed(i.p(0), i.p(0)), s(3, 4)),
                of("attention", i -> attention(i, Dropout.NONE), s(2, 3, 8), s(2, 5, 8), s(2, 5, 8)),
                of("attention with dropout", i -> attention(i, dropout), s(2, 3, 8), s(2, 5, 8), s(2, 5, 8)),
                of(
                        "layerNorm",
                        i -> NormalizationFunctions.layerNorm(i.p(0), i.p(1), i.p(2), 1e-5f),
                        s(3, 7),
                        s(7),
                        s(7)),
                of("l2", i -> NormalizationFunctions.l2(i.p(0), 1e-12f), s(3, 7)),
                of(
                        "batchNorm",
                        i -> NormalizationFunctions.batchNorm(
                                i.p(0), i.p(1), i.p(2), 1e-2f, 0.1f, i.given("m", 3), i.given("v", 3)),
                        s(2, 4, 3),
                        s(3),
                        s(3)),
                of(
                        "fixedBatchNorm",
                        i -> NormalizationFunctions.fixedBatchNorm(
                                i.p(0), i.p(1), i.p(2), 1e-2f, i.given("m", 3), i.bits(3)),
                        s(4, 3),
                        s(3),
                        s(3)),
                of("transpose", i -> ShapeFunctions.transpose(i.p(0)), s(2, 3, 4)),
                of(
                        "convolve",
                        i -> ConvolutionFunctions.convolve(i.p(0), i.p(1), i.p(2), new Window(3, 2, 1)),
                        s(2, 4, 5, 2),
                        s(3, 2, 3, 3),
                        s(3)),
                of("max pooling", i -> PoolingFunctions.max(spread(i), new Window(3, 2, 1)), s(2, 4, 5, 2)),
                of("softmax", i -> ActivationFunctions.softmax(i.p(0)), s(3, 7)),
                of("add", i -> ActivationFunctions.add(i.p(0), -0.5f, i.p(1)), s(2, 3, 4), s(3, 4)),
                of("affine", i -> ActivationFunctions.affine(i.p(0), -2, 1), s(3, 4)),
                of("dropout", i -> ActivationFunctions.dropout(i.p(0), dropout), s(5, 9)),
                of("reshape", i -> ShapeFunctions.reshape(i.p(0), 3, 4), s(2, 6)),
                of("slice", i -> ShapeFunctions.slice(i.p(0), 1, 2), s(4, 3)),
                of("repeat", i -> ShapeFunctions.repeat(i.p(0), 3), s(4, 3)),
                of("distance", i -> ScoreFunctions.distance(i.given("r", 2, 5, 6), i.p(0)), s(2, 3, 6)),
                of("topMean", i -> ScoreFunctions.topMean(i.p(0), 2), s(2, 5)),
                of("focal", i -> LossFunctions.focal(i.p(0), i.bits(2, 2, 9), 0.25f, 2), s(2, 2, 9)),
                of("focal without weighting", i -> LossFunctions.focal(i.p(0), i.bits(2, 9), -1, 0), s(2, 9)),
                of(
                        "probabilityFocal",
                        i -> LossFunctions.probabilityFocal(probabilities(i), i.bits(3, 4), 2, 1e-5f),
                        s(3, 2, 4)),
                of("probabilityDice", i -> LossFunctions.probabilityDice(probabilities(i), i.bits(3, 4)), s(3, 2, 4)),
                of(
                        "reluInPlace",
                        i -> ActivationFunctions.reluInPlace(ActivationFunctions.affine(i.p(0), 2, 0.3f)),
                        s(3, 7)),
                of(
                        "addInPlace",
                        i -> ActivationFunctions.addInPlace(ActivationFunctions.affine(i.p(0), 2, 0), i.p(1)),
                        s(3, 4),
                        s(3, 4)),
                of("absolute", i -> ActivationFunctions.absolute(i.p(0)), s(3, 7)),
                of(
                        "convolve pointwise",
                        i -> ConvolutionFunctions.convolve(i.p(0), i.p(1), null, new Window(1, 1, 0)),
                        s(3, 1, 2, 3),
                        s(4, 3, 1, 1)),
                of(
                        "aligned bilinear",
                        i -> SeparableResize.alignedBilinear(2, 3, 5, 4, i.scope())
                                .apply(i.p(0)),
                        s(2, 2, 3)),
                of(
                        "nearest",
                        i -> SeparableResize.nearest(5, 3, 2, 2, i.scope()).apply(i.p(0)),
                        s(2, 5, 3)),
                of("cross-entropy", TapeGradientTest::crossEntropy, s(3, 4)),
                of("gather", i -> LossFunctions.gather(i.given("r", 2, 5, 6), i.bits(2, 5), i.p(0)), s(2, 3, 6)),
                of("orthogonality", i -> LossFunctions.orthogonality(i.p(0)), s(2, 3, 6))));
        for (Activation f : Activation.values()) {
            cases.add(of(f.name(), i -> ActivationFunctions.apply(f, i.p(0)), s(3, 7)));
        }
        return cases.stream();
    }

    /** The parameter with its elements further apart than a step, so that none overtakes another. */
    private static Variable spread(Inputs i) {
        Tensor offsets = i.given("spread", i.p(0).shape().toArray());
        return ActivationFunctions.add(i.p(0), 50, i.tape().constant(offsets));
    }

    /** Softmax over the channels of the parameter {@code (b, 2, n)}. */
    private static Variable probabilities(Inputs i) {
        return ShapeFunctions.transpose(ActivationFunctions.softmax(ShapeFunctions.transpose(i.p(0))));
    }

    private static Variable attention(Inputs i, Dropout dropout) {
        return AttentionFunctions.cross(i.p(0), i.p(1), i.p(2), i.given("bias", 2, 2, 5), 2, dropout);
    }

    private static Variable crossEntropy(Inputs i) {
        Indices labels = i.scope().allocateIndices(3);
        labels.write(new int[] {2, 0, 3});
        return LossFunctions.crossEntropy(i.p(0), labels);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientEqualsDifferenceQuotient(Case test) {
        try (Scope scope = backend.scope()) {
            List<Parameter> parameters = new ArrayList<>();
            for (Shape shape : test.shapes) {
                String name = "p" + parameters.size();
                parameters.add(new Parameter(
                        name, scope.upload(SeededValues.uniform(name, (int) shape.size(), 1.5, 0.1), shape)));
            }
            List<float[]> gradients = new ArrayList<>();
            try (Tape tape = Tape.recording(backend)) {
                tape.backward(weighted(test, tape, parameters, scope));
                parameters.forEach(p -> gradients.add(tape.gradient(p).toArray()));
            }
            for (int p = 0; p < parameters.size(); p++) {
                compare(test, parameters, p, gradients.get(p), scope);
            }
        }
    }

    private void compare(Case test, List<Parameter> parameters, int p, float[] gradient, Scope scope) {
        Tensor value = parameters.get(p).value();
        float[] elements = value.toArray();
        double largest = 1e-3;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        for (int i = 0; i < elements.length; i++) {
            float[] moved = elements.clone();
            moved[i] = elements[i] + STEP;
            double up = value(test, parameters, value, moved, scope);
            moved[i] = elements[i] - STEP;
            double down = value(test, parameters, value, moved, scope);
            value.write(elements);
            assertThat((double) gradient[i])
                    .as("%s: parameter %d, element %d", test, p, i)
                    .isCloseTo((up - down) / (2 * STEP), within(2e-3 * largest));
        }
    }

    private double value(Case test, List<Parameter> parameters, Tensor value, float[] elements, Scope scope) {
        value.write(elements);
        try (Tape tape = Tape.inference(backend)) {
            return weighted(test, tape, parameters, scope).scalar();
        }
    }

    /** The function's result as one number: its elements' sum with given weights. */
    private static Variable weighted(Case test, Tape tape, List<Parameter> parameters, Scope scope) {
        List<Variable> variables = parameters.stream().map(tape::parameter).toList();
        Variable result = test.function.apply(new Inputs(tape, variables, scope));
        int size = (int) result.shape().size();
        Tensor weights = scope.upload(SeededValues.uniform("weights", size, 1, 0), size, 1);
        return ProductFunctions.multiply(ShapeFunctions.reshape(result, 1, size), tape.constant(weights));
    }

    @Test
    void aLossWithoutParametersIsRefused() {
        try (Scope scope = backend.scope();
                Tape tape = Tape.recording(backend)) {
            Variable constant = tape.constant(scope.allocate(1));
            assertThatThrownBy(() -> tape.backward(constant))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("depends on no parameter");
        }
    }

    @Test
    void onlyChosenParametersGetGradients() {
        try (Scope scope = backend.scope()) {
            Parameter input = new Parameter("input", scope.upload(new float[] {1, 2, 3}, 1, 3));
            Parameter weight = new Parameter("weight", scope.upload(new float[] {4, 5, 6}, 1, 3));
            try (Tape tape = Tape.recording(backend, List.of(input))) {
                Variable result = ProductFunctions.linear(tape.parameter(input), tape.parameter(weight), null);
                assertThat(tape.parameter(weight).needsGradient()).isFalse();
                tape.backward(result);
                assertThat(tape.gradient(input).toArray()).containsExactly(4, 5, 6);
                assertThat(tape.gradient(weight)).isNull();
            }
        }
    }

    @Test
    void backwardFreesResultsAndKeepsParameterGradients() {
        try (Scope scope = backend.scope()) {
            Parameter parameter = new Parameter("p", scope.upload(new float[] {1, 2, 3, 4}, 2, 2));
            long before = backend.liveBytes();
            try (Tape tape = Tape.recording(backend)) {
                Variable x = tape.parameter(parameter);
                for (int i = 0; i < 5; i++) {
                    x = ActivationFunctions.affine(x, 2, 1);
                }
                tape.backward(ScoreFunctions.topMean(ShapeFunctions.reshape(x, 1, 4), 4));
                assertThat(tape.gradient(parameter).toArray()).containsOnly(8f);
                assertThat(backend.liveBytes() - before).isEqualTo(4 * Float.BYTES);
            }
            assertThat(backend.liveBytes()).isEqualTo(before);
        }
    }
}
