package dev.ideal4j.detectors.devnet;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.optim.GradientClipping;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** DevNet's scores, gradients, training steps and explanation map as the published implementation computes them. */
@Tag("golden")
class DevNetGoldenTest {
    private static final int KEPT = 997;
    private static final double FORWARD = 1e-4;
    private static final double TRAINING = 1e-3;

    private final Fixture values = Fixture.open("rivals/devnet_resnet18.safetensors");

    static Stream<String> backends() {
        return TestBackends.fast();
    }

    /** The seeded weights of the fixture. */
    static Weights weights(Backend backend, DevNetConfig config, String prefix) {
        Map<String, Shape> shapes = new LinkedHashMap<>();
        try (Scope scope = backend.scope()) {
            Parameters parameters = Parameters.fresh(scope, 0);
            new DevNetNetwork(parameters, config);
            parameters.names().forEach(name -> shapes.put(name, parameters.shape(name)));
        }
        return new SeededWeights(prefix, shapes);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void scoresGradientsAndSteps(String name) {
        int size = 96;
        DevNetConfig config =
                new DevNetConfig(size, values.metaInt("n_scales"), Double.parseDouble(values.meta("topk")), 4);
        String prefix = values.meta("seed_prefix");
        float[] labels = values.floats("label");
        DevNetLoss.Reference reference =
                DevNetLoss.Reference.of(SeededValues.uniform(prefix + "reference", 5000, 1.7, 0));
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                Parameters parameters = Parameters.from(scope, weights(backend, config, prefix));
                DevNetNetwork network = new DevNetNetwork(parameters, config);
                Tensor images = scope.upload(
                        SeededValues.uniform(prefix + "image", 4 * 3 * size * size, 2, 0), 4, 3, size, size);
                assertClose("eval before", infer(network, images), values.floats("score_eval_before"), FORWARD);
                AdamOptimizer optimizer = AdamOptimizer.fresh(
                        parameters.all(),
                        DevNetTrainingConfig.PUBLISHED.optimisation().adam(),
                        0,
                        scope);
                float[] curve = new float[3];
                for (int step = 0; step < 3; step++) {
                    try (Tape tape = Tape.recording(backend)) {
                        Variable scores =
                                network.score(tape.constant(images), true).scores();
                        Variable loss = DevNetLoss.DEVIATION.of(scores, labels, reference);
                        curve[step] = loss.scalar();
                        if (step == 0) {
                            assertClose("train", scores.value().toArray(), values.floats("score_train"), FORWARD);
                        }
                        tape.backward(loss);
                        if (step == 0) {
                            checkGradients(parameters, tape);
                        }
                        double norm = GradientClipping.byNorm(parameters.all(), tape, 1);
                        if (step == 0) {
                            double expected = values.floats("grad_norm")[0];
                            assertThat(norm).isCloseTo(expected, within(TRAINING * expected));
                        }
                        optimizer.step(tape, 2e-4);
                    }
                }
                checkExplanation(network, images, size);
                assertClose("losses", curve, values.floats("loss_curve"), TRAINING);
                assertClose("eval after", infer(network, images), values.floats("score_eval_after3"), TRAINING);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static float[] infer(DevNetNetwork network, Tensor images) {
        try (Tape tape = Tape.inference(images.backend())) {
            return network.score(tape.constant(images), false).scores().value().toArray();
        }
    }

    /**
     * The explanation of the first anomaly, after training. Adam blows the rounding noise of small gradients up to full
     * steps, and the input's gradient jumps where a rectifier switches: the float64 reference differs as much from the
     * fixture as float32 does, 5 % of the largest value.
     */
    private void checkExplanation(DevNetNetwork network, Tensor images, int size) {
        try (Scope scope = images.backend().scope()) {
            Parameter pixels = new Parameter("pixels", scope.allocate(1, 3, size, size));
            images.backend().copy(images.slice(2, 1), pixels.value());
            try (Tape tape = Tape.recording(images.backend(), List.of(pixels))) {
                tape.backward(network.score(tape.parameter(pixels), false).scores());
                float[] saliency = ExplanationMap.saliency(tape.gradient(pixels).toArray());
                float[] expected = values.floats("input_gradient_saliency_every_5th");
                float[] kept = new float[expected.length];
                double error = 0;
                double sum = 0;
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = saliency[i / 20 * 5 * size + i % 20 * 5];
                    error += Math.abs(kept[i] - expected[i]);
                    sum += expected[i];
                }
                assertClose("explanation", kept, expected, 0.1);
                assertThat(error / sum).as("mean error of the explanation").isLessThan(0.05);
            }
        }
    }

    private void checkGradients(Parameters parameters, Tape tape) {
        for (Parameter parameter : parameters.all()) {
            String name = "grad_every_" + KEPT + "th/" + parameter.name();
            Tensor gradient = tape.gradient(parameter);
            assertThat(gradient != null).as(name).isEqualTo(values.has(name));
            if (gradient != null) {
                float[] all = gradient.toArray();
                float[] expected = values.floats(name);
                float[] kept = new float[expected.length];
                for (int i = 0; i < kept.length; i++) {
                    kept[i] = all[i * KEPT];
                }
                assertClose(name, kept, expected, TRAINING);
            }
        }
    }

    /** Score and explanation for other weights and another image, against the reference in double precision. */
    @Tag("long")
    @ParameterizedTest
    @MethodSource("backends")
    void otherSeedsAgreeWithTheReference(String name) {
        Other actual = other(name);
        Other expected = other("reference");
        assertClose("score", actual.score, expected.score, FORWARD);
        assertClose("input gradient", actual.gradient, expected.gradient, TRAINING);
    }

    private record Other(float[] score, float[] gradient) {}

    private static Other other(String name) {
        int size = 64;
        DevNetConfig config = new DevNetConfig(size, 1, 0.5, 0);
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Parameters parameters = Parameters.from(scope, weights(backend, config, "other seed/"));
            DevNetNetwork network = new DevNetNetwork(parameters, config);
            float[] image = SeededValues.uniform("other image", 3 * size * size, 2, 0);
            Parameter pixels = new Parameter("pixels", scope.upload(image, 1, 3, size, size));
            try (Tape tape = Tape.recording(backend, List.of(pixels))) {
                Variable scores = network.score(tape.parameter(pixels), false).scores();
                float[] score = scores.value().toArray();
                tape.backward(scores);
                return new Other(score, tape.gradient(pixels).toArray());
            }
        }
    }
}
