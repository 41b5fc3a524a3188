package dev.ideal4j.detectors.nagl;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Similarities, losses, gradients and training steps of other weights and inputs than the fixture's, against the reference
 * in double precision.
 */
class NaglOtherSeedsTest {
    private static final int GRID = 6;
    private static final int PATCHES = GRID * GRID;
    private static final int PATCH = 14;
    private static final int SIDE = GRID * PATCH;
    private static final int WIDTH = 64;
    private static final int HEADS = 4;
    private static final int PROXIES = 7;
    private static final int SAMPLES = 3;
    private static final int STEPS = 3;

    private static final double TOLERANCE = 1e-4;

    /** Share of a parameter's largest gradient below which an element's gradient may be nothing but rounding noise. */
    private static final double NOISE = 1e-3;

    /** What a training makes of one seed. */
    private record Run(
            Map<String, float[]> first, Map<String, float[]> gradients, Map<String, float[]> trained, float[] curve) {}

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void trainingAgreesWithTheReference(String name) {
        for (String seed : List.of("first/", "second/")) {
            Run actual = train(name, seed);
            Run expected = train("reference", seed);
            expected.first.forEach(
                    (what, values) -> assertClose(seed + what, actual.first.get(what), values, TOLERANCE));
            expected.gradients.forEach((what, values) ->
                    assertClose(seed + "gradient of " + what, actual.gradients.get(what), values, TOLERANCE));
            assertClose(seed + "losses", actual.curve, expected.curve, TOLERANCE);
            expected.trained.forEach((what, values) -> assertClose(
                    seed + what,
                    quiet(what, actual.trained.get(what), values, expected.gradients.get(what)),
                    values,
                    TOLERANCE));
        }
    }

    /**
     * Takes the expected value where the gradient does not stand out from rounding noise, which Adam blows up to full steps:
     * the gradient of the keys' bias is nothing but noise, since a softmax does not feel what is added to all its inputs.
     */
    private static float[] quiet(String what, float[] actual, float[] expected, float[] gradient) {
        double largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        float[] quiet = actual.clone();
        int noise = 0;
        for (int i = 0; i < quiet.length; i++) {
            if (Math.abs(gradient[i]) < NOISE * largest) {
                quiet[i] = expected[i];
                noise++;
            }
        }
        boolean hasKeyBias = what.endsWith("in_proj_bias");
        assertThat(noise).as("noise in " + what).isLessThanOrEqualTo(quiet.length / (hasKeyBias ? 2 : 20));
        return quiet;
    }

    private static Run train(String name, String seed) {
        Map<String, float[]> first = new LinkedHashMap<>();
        Map<String, float[]> gradients = new LinkedHashMap<>();
        Map<String, float[]> trained = new LinkedHashMap<>();
        float[] curve = new float[STEPS];
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                Parameters parameters =
                        Parameters.from(scope, new SeededWeights(seed, NaglHead.shapes(PROXIES, WIDTH)));
                NaglHead head = new NaglHead(parameters, PROXIES, WIDTH, HEADS);
                NaglObjective objective = new NaglObjective(head, MaskLayout.PUBLISHED, 20);
                EpisodeBatch batch = batch(seed, scope);
                AdamOptimizer optimizer = AdamOptimizer.fresh(parameters.all(), NaglLearner.adam(0.01), 0, scope);
                for (int step = 0; step < STEPS; step++) {
                    try (Tape tape = Tape.recording(backend)) {
                        NaglObjective.Result result = objective.compute(tape, batch);
                        curve[step] = result.losses().sum().scalar();
                        if (step == 0) {
                            first.put("s_n", result.normalSimilarity().value().toArray());
                            first.put("s_a", result.abnormalSimilarity().value().toArray());
                            first.put("t", result.losses().imageScores().value().toArray());
                        }
                        tape.backward(result.losses().sum());
                        for (Parameter parameter : step == 0 ? parameters.all() : List.<Parameter>of()) {
                            gradients.put(
                                    parameter.name(), tape.gradient(parameter).toArray());
                        }
                        optimizer.step(tape, 1e-3);
                    }
                }
                parameters
                        .all()
                        .forEach(parameter ->
                                trained.put(parameter.name(), parameter.value().toArray()));
            }
            assertThat(backend.liveBytes()).isZero();
        }
        return new Run(first, gradients, trained, curve);
    }

    /** Episodes with two normal references, one abnormal one, and two of three queries abnormal. */
    private static EpisodeBatch batch(String seed, Scope scope) {
        List<List<PatchMask>> masks = new ArrayList<>();
        List<Mask> targets = new ArrayList<>();
        for (int sample = 0; sample < SAMPLES; sample++) {
            masks.add(List.of(PatchMask.of(rectangle(10 + 9 * sample, 20, 30), PATCH)));
            targets.add(sample == 0 ? rectangle(0, 0, 0) : rectangle(20, 9 * sample, 25));
        }
        Indices labels = scope.allocateIndices(SAMPLES);
        labels.write(new int[] {0, 1, 1});
        return new EpisodeBatch(
                GRID,
                GRID,
                features(seed + "query", 1, scope),
                features(seed + "normal", 2, scope),
                features(seed + "abnormal", 1, scope),
                masks,
                labels,
                targets);
    }

    private static Tensor features(String name, int images, Scope scope) {
        int rows = images * PATCHES;
        return scope.upload(SeededValues.uniform(name, SAMPLES * rows * WIDTH, 2, 0), SAMPLES, rows, WIDTH);
    }

    private static Mask rectangle(int left, int top, int side) {
        boolean[] set = new boolean[SIDE * SIDE];
        for (int y = top; y < top + side; y++) {
            for (int x = left; x < left + side; x++) {
                set[y * SIDE + x] = true;
            }
        }
        return new Mask(SIDE, SIDE, set);
    }
}
