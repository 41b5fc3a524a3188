package dev.ideal4j.detectors.nagl;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.Similarities;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scores, losses and gradients as the published implementation computes them from given features. */
@Tag("golden")
class NaglGoldenTest {
    private static final int KEPT = 37;
    private static final int PATCH = 14;
    private static final int WIDTH = 384;

    private static final double TOLERANCE = 1e-4;

    private final Fixture fixture = Fixture.open("rivals/nagl_n1a1.safetensors");
    private final int grid = fixture.metaInt("grid");
    private final int patches = grid * grid;
    private final int side = grid * PATCH;

    private Weights weights() {
        return new SeededWeights(fixture.meta("seed_prefix"), NaglHead.shapes(fixture.metaInt("proxies"), WIDTH));
    }

    private Mask mask(String name, int sample) {
        float[] values = fixture.floats(name);
        boolean[] set = new boolean[side * side];
        for (int pixel = 0; pixel < set.length; pixel++) {
            set[pixel] = values[sample * set.length + pixel] > 0.5;
        }
        return new Mask(side, side, set);
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void lossesAndGradients(String name) {
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope();
                    Tape tape = Tape.recording(backend)) {
                Parameters parameters = Parameters.from(scope, weights());
                NaglHead head = new NaglHead(parameters, fixture.metaInt("proxies"), WIDTH, fixture.metaInt("heads"));
                NaglObjective objective = new NaglObjective(head, MaskLayout.PUBLISHED, fixture.metaInt("image_topk"));
                NaglObjective.Result result = objective.compute(tape, batch(scope));

                float[] logits = fixture.floats("image_logits");
                float[] scores = result.losses().imageScores().value().toArray();
                for (int i = 0; i < scores.length; i++) {
                    assertClose(
                            "image_logits",
                            new float[] {1 - scores[i], scores[i]},
                            Arrays.copyOfRange(logits, 2 * i, 2 * i + 2),
                            TOLERANCE);
                }
                float[] maps = Similarities.pixels(
                        result.normalSimilarity().value(),
                        result.abnormalSimilarity().value(),
                        side);
                assertClose("pixel_logits", maps, fixture.floats("pixel_logits"), TOLERANCE);
                assertClose("patch_score", patchScores(result), fixture.floats("patch_score"), TOLERANCE);
                assertClose(
                        "image_loss",
                        new float[] {result.losses().image().scalar()},
                        fixture.floats("image_loss"),
                        1e-5);
                float pixel = result.losses().focal().scalar()
                        + result.losses().dice().scalar();
                assertClose("pixel_loss", new float[] {pixel}, fixture.floats("pixel_loss"), 1e-5);

                tape.backward(result.losses().sum());
                for (Parameter parameter : parameters.all()) {
                    compare(parameter, tape.gradient(parameter));
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private void compare(Parameter parameter, Tensor gradient) {
        String name = "grad_every_" + KEPT + "th/" + parameter.name();
        float[] all = gradient.toArray();
        float[] kept = new float[(all.length + KEPT - 1) / KEPT];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = all[i * KEPT];
        }
        assertClose(name, kept, fixture.floats(name), TOLERANCE);
    }

    private EpisodeBatch batch(Scope scope) {
        int samples = fixture.shape("query")[0];
        Indices labels = scope.allocateIndices(samples);
        int[] label = new int[samples];
        double[] given = fixture.doubles("label");
        List<Mask> targets = new ArrayList<>();
        List<List<PatchMask>> masks = new ArrayList<>();
        for (int sample = 0; sample < samples; sample++) {
            label[sample] = (int) given[sample];
            targets.add(mask("query_mask", sample));
            masks.add(List.of(PatchMask.of(mask("abnormal_mask", sample), PATCH)));
        }
        labels.write(label);
        return new EpisodeBatch(
                grid,
                grid,
                scope.upload(fixture.floats("query"), samples, patches, WIDTH),
                scope.upload(fixture.floats("normal"), samples, patches, WIDTH),
                scope.upload(fixture.floats("abnormal"), samples, patches, WIDTH),
                masks,
                labels,
                targets);
    }

    /** One sample at a time, as the published test does: its masks do not mix then, so the fixture's training scores differ. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void theDetectorScoresAsTheObjective(String name) {
        int samples = fixture.shape("query")[0];
        try (Backend backend = Backends.open(name)) {
            GivenFeatures extractor = new GivenFeatures(backend, grid, grid, PATCH, WIDTH, "given");
            for (int sample = 0; sample < samples; sample++) {
                References references = References.builder()
                        .normal(image(extractor, "normal", sample))
                        .abnormal(image(extractor, "abnormal", sample), mask("abnormal_mask", sample))
                        .build();
                try (NaglDetector nagl = NaglDetector.of(weights(), extractor, NaglConfig.PUBLISHED);
                        Scorer fitted = nagl.scorer(references)) {
                    float[] found = fitted.score(image(extractor, "query", sample))
                            .patches()
                            .values();
                    assertClose("patch score " + sample, found, alone(backend, sample), 1e-6);
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private RgbImage image(GivenFeatures extractor, String name, int sample) {
        return extractor.image(slice(name, sample));
    }

    private float[] slice(String name, int sample) {
        int size = patches * WIDTH;
        return Arrays.copyOfRange(fixture.floats(name), sample * size, (sample + 1) * size);
    }

    /** The scores of one sample, with its own mask. */
    private float[] alone(Backend backend, int sample) {
        try (Scope scope = backend.scope();
                Tape tape = Tape.inference(backend)) {
            EpisodeBatch all = batch(scope);
            EpisodeBatch one = new EpisodeBatch(
                    grid,
                    grid,
                    all.query().slice(sample, 1),
                    all.normal().slice(sample, 1),
                    all.abnormal().slice(sample, 1),
                    List.of(all.masks().get(sample)),
                    oneLabel(scope),
                    List.of(all.targets().get(sample)));
            NaglHead head = new NaglHead(
                    Parameters.from(scope, weights()), fixture.metaInt("proxies"), WIDTH, fixture.metaInt("heads"));
            NaglObjective.Result result = new NaglObjective(head, MaskLayout.OWN, 20).compute(tape, one);
            return patchScores(result);
        }
    }

    private static float[] patchScores(NaglObjective.Result result) {
        float[] normal = result.normalSimilarity().value().toArray();
        float[] scores = result.abnormalSimilarity().value().toArray();
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (scores[i] + 1 - normal[i]) / 2;
        }
        return scores;
    }

    private static Indices oneLabel(Scope scope) {
        return scope.allocateIndices(1);
    }
}
