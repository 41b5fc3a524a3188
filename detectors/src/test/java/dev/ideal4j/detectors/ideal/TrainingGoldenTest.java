package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
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

/** Losses, gradients and optimiser steps as the published implementation computes them from given features. */
@Tag("golden")
class TrainingGoldenTest {
    private static final int KEPT = 37;

    /** Gradients below this share of the largest in their tensor are rounding noise. */
    private static final double NOISE = 1e-5;

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
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                check(fixture, scope);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(IdealFixture fixture, Scope scope) {
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

        float[] curve = new float[4];
        for (int step = 0; step < 4; step++) {
            try (Tape tape = Tape.recording(scope.backend())) {
                IdealObjective.Result result = objective.compute(tape, batch, Dropouts.NONE);
                curve[step] = result.total().scalar();
                if (step == 0) {
                    checkLosses(values, result);
                }
                tape.backward(result.total());
                if (step == 0) {
                    for (Parameter parameter : parameters.all()) {
                        compareGradient(values, parameter, tape.gradient(parameter));
                    }
                }
                if (step < 3) {
                    optimizer.step(tape, 1e-3);
                }
            }
        }
        for (Parameter parameter : parameters.all()) {
            compareTrained(values, parameter);
        }
        assertClose("loss_curve", curve, values.floats("loss_curve"), 1e-5);
    }

    private static void checkLosses(Fixture values, IdealObjective.Result result) {
        assertClose("image_loss", result.image().value().toArray(), values.floats("image_loss"), 1e-5);
        assertClose("focal_loss", result.focal().value().toArray(), values.floats("focal_loss"), 1e-5);
        assertClose("dice_loss", result.dice().value().toArray(), values.floats("dice_loss"), 1e-5);
        assertClose("gather_loss", result.gather().value().toArray(), values.floats("gather_loss"), 1e-5);
        Variable orthogonality = result.orthogonality();
        assertClose("orthogonality_loss", orthogonality.value().toArray(), values.floats("orthogonality_loss"), 1e-5);
        float pixel = result.total().scalar() - result.image().scalar();
        assertClose("pixel_loss", new float[] {pixel}, values.floats("pixel_loss"), 1e-5);
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

    private static void compareGradient(Fixture values, Parameter parameter, Tensor gradient) {
        String name = "grad_every_" + KEPT + "th/" + parameter.name();
        assertClose(name, kept(gradient), values.floats(name), 1e-4);
    }

    /**
     * Compares a trained parameter where its gradient stands out from rounding noise, which Adam blows up to full steps:
     * the gradient of the keys' bias is nothing but noise, since a softmax does not feel what is added to all its inputs.
     */
    private static void compareTrained(Fixture values, Parameter parameter) {
        String name = "after3_every_" + KEPT + "th/" + parameter.name();
        float[] actual = kept(parameter.value());
        float[] expected = values.floats(name);
        float[] gradient = values.floats("grad_every_" + KEPT + "th/" + parameter.name());
        double largest = 0;
        for (float g : gradient) {
            largest = Math.max(largest, Math.abs(g));
        }
        int noise = 0;
        for (int i = 0; i < actual.length; i++) {
            if (Math.abs(gradient[i]) < NOISE * largest) {
                actual[i] = expected[i];
                noise++;
            }
        }
        boolean hasKeyBias = parameter.name().endsWith("in_proj_bias");
        assertThat(noise).as("noise in " + name).isLessThanOrEqualTo(actual.length / (hasKeyBias ? 3 : 500));
        assertClose(name, actual, expected, 1e-4);
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
