package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertAsExact;
import static dev.ideal4j.core.testing.Close.assertClose;
import static dev.ideal4j.core.testing.Close.distance;
import static dev.ideal4j.core.testing.Close.magnitude;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.detectors.Similarities;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Losses, gradients and optimiser steps as the published implementation computes them from given features. What it
 * computes in float64 is the measure: the error may be four times the published float32's own.
 */
@Tag("golden")
class TrainingGoldenTest {
    private static final int KEPT = 37;

    private static final String GRADIENT = "grad_every_" + KEPT + "th/";

    /** Least error of a float32 gradient, as a share of the largest in its tensor. */
    private static final double LEAST_NOISE = 1e-6;

    private static final double LOSSES = 1e-5;
    private static final double GRADIENTS = 1e-4;
    private static final int STEPS = 3;
    private static final double RATE = 1e-3;

    /** All fixtures on fast backends; the reference, which takes seconds for a step, runs the smallest. */
    static Stream<Arguments> cases() {
        return TestBackends.available().flatMap(backend -> Stream.of("ideal_n4a1_k8r4", "ideal_n1a1", "ideal_n2a2")
                .limit(backend.equals("reference") ? 1 : 3)
                .map(fixture -> Arguments.of(backend, fixture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void lossesGradientsAndSteps(String name, String file) {
        IdealFixture fixture = new IdealFixture(file);
        Fixture exact = Fixture.open("ideal/" + file + "_f64.safetensors");
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                check(fixture, exact, scope);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(IdealFixture fixture, Fixture exact, Scope scope) {
        Fixture values = fixture.values;
        Parameters parameters = Parameters.from(scope, fixture.weights());
        IntrinsicDeviationEncoder encoder = new IntrinsicDeviationEncoder(
                parameters,
                values.metaInt("vectors"),
                fixture.width,
                fixture.config().heads());
        IdealObjective objective = new IdealObjective(
                encoder,
                fixture.config(),
                MaskLayout.PUBLISHED,
                new IdealObjective.Weights(
                        Float.parseFloat(values.meta("gather_weight")),
                        Float.parseFloat(values.meta("orthogonality_weight"))));
        EpisodeBatch batch = batch(fixture, scope);
        Updates.Adam settings = new Updates.Adam(0.9, 0.999, 1e-10, 1e-4, true, true);
        AdamOptimizer optimizer = AdamOptimizer.fresh(parameters.all(), settings, 0, scope);

        float[] curve = new float[STEPS + 1];
        for (int step = 0; step <= STEPS; step++) {
            try (Tape tape = Tape.recording(scope.backend())) {
                IdealObjective.Result result = objective.compute(tape, batch, Dropouts.NONE);
                curve[step] = result.total().scalar();
                if (step == 0) {
                    checkLosses(values, exact, result);
                }
                tape.backward(result.total());
                if (step == 0) {
                    for (Parameter parameter : parameters.all()) {
                        compare(values, exact, GRADIENT + parameter.name(), kept(tape.gradient(parameter)), GRADIENTS);
                    }
                }
                if (step < STEPS) {
                    optimizer.step(tape, RATE);
                }
            }
        }
        for (Parameter parameter : parameters.all()) {
            compareTrained(values, exact, parameter);
        }
        compare(values, exact, "loss_curve", curve, LOSSES);
    }

    private static void checkLosses(Fixture values, Fixture exact, IdealObjective.Result result) {
        compare(values, exact, "image_loss", result.image().value().toArray(), LOSSES);
        compare(values, exact, "focal_loss", result.focal().value().toArray(), LOSSES);
        compare(values, exact, "dice_loss", result.dice().value().toArray(), LOSSES);
        compare(values, exact, "gather_loss", result.gather().value().toArray(), LOSSES);
        compare(
                values,
                exact,
                "orthogonality_loss",
                result.orthogonality().value().toArray(),
                LOSSES);
        float pixel = result.total().scalar() - result.image().scalar();
        compare(values, exact, "pixel_loss", new float[] {pixel}, LOSSES);
        assertClose(
                "pixel_logits",
                Similarities.pixels(
                        result.normalSimilarity().value(),
                        result.abnormalSimilarity().value(),
                        values.shape("query_mask")[1]),
                values.floats("pixel_logits"),
                1e-4);
    }

    private static float[] kept(Tensor tensor) {
        float[] all = tensor.toArray();
        float[] kept = new float[(all.length + KEPT - 1) / KEPT];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = all[i * KEPT];
        }
        return kept;
    }

    private static void compare(Fixture values, Fixture exact, String name, float[] actual, double floor) {
        assertAsExact(name, actual, values.floats(name), exact.doubles(name), floor);
    }

    /**
     * Compares a trained parameter. Adam divides a gradient by its size, so an error δ of a gradient g moves a step by up to
     * the rate times δ/|g|, and a gradient that is nothing but rounding gives full steps: that of the keys' bias, for
     * instance, which a softmax does not feel. So an element may differ by that more, with δ four times the published
     * float32's error.
     */
    private static void compareTrained(Fixture values, Fixture exact, Parameter parameter) {
        String name = "after" + STEPS + "_every_" + KEPT + "th/" + parameter.name();
        float[] actual = kept(parameter.value());
        double[] expected = exact.doubles(name);
        double[] gradient = exact.doubles(GRADIENT + parameter.name());
        double noise = 4
                * Math.max(
                        distance(name, values.floats(GRADIENT + parameter.name()), gradient),
                        LEAST_NOISE * magnitude(gradient));
        double floor = GRADIENTS * magnitude(expected);
        for (int i = 0; i < actual.length; i++) {
            double step = STEPS * RATE * Math.min(2, noise / Math.abs(gradient[i]));
            assertThat(Math.abs(actual[i] - expected[i]))
                    .as("error of %s[%d] with gradient %g", name, i, gradient[i])
                    .isLessThanOrEqualTo(floor + step);
        }
    }

    private static EpisodeBatch batch(IdealFixture fixture, Scope scope) {
        Fixture values = fixture.values;
        int samples = fixture.batch;
        int patches = fixture.grid * fixture.grid;
        int size = fixture.grid * fixture.patchSize;
        Indices labels = scope.allocateIndices(samples);
        int[] label = new int[samples];
        double[] given = values.doubles("label");
        float[] mask = values.floats("query_mask");
        List<Mask> targets = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            label[sample] = (int) given[sample];
            boolean[] set = new boolean[size * size];
            for (int pixel = 0; pixel < set.length; pixel++) {
                set[pixel] = mask[sample * size * size + pixel] == 1;
            }
            targets.add(new Mask(size, size, set));
        }
        labels.write(label);
        List<List<PatchMask>> masks = new ArrayList<>();
        float[] marked = values.floats("abnormal_patch_mask");
        for (int sample = 0; sample < samples; sample++) {
            List<PatchMask> references = new ArrayList<>();
            for (int i = 0; i < fixture.abnormalShots; i++) {
                boolean[] set = new boolean[patches];
                for (int patch = 0; patch < patches; patch++) {
                    set[patch] = marked[(sample * fixture.abnormalShots + i) * patches + patch] == 1;
                }
                references.add(PatchMask.of(fixture.grid, fixture.grid, set));
            }
            masks.add(references);
        }
        return new EpisodeBatch(
                fixture.grid,
                fixture.grid,
                scope.upload(values.floats("query"), samples, patches, fixture.width),
                scope.upload(values.floats("normal"), samples, fixture.normalShots * patches, fixture.width),
                scope.upload(values.floats("abnormal"), samples, fixture.abnormalShots * patches, fixture.width),
                masks,
                labels,
                targets);
    }
}
