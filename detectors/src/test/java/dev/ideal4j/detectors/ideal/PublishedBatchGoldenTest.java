package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.nve.NormalVariationEraser;
import dev.ideal4j.nve.NormalVariationEraser.Erased;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whole batches as the published implementation computes them, every stage from the features on. */
@Tag("golden")
class PublishedBatchGoldenTest {
    static Stream<Arguments> cases() {
        return TestBackends.available().flatMap(backend -> Stream.of("ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4")
                .map(fixture -> Arguments.of(backend, fixture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyStage(String name, String file) {
        IdealFixture fixture = new IdealFixture(file);
        try (Backend backend = Backends.open(name);
                GivenFeatures extractor = fixture.extractor(backend)) {
            try (Scope scope = backend.scope()) {
                check(fixture, extractor, scope);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(IdealFixture fixture, GivenFeatures extractor, Scope scope) {
        Fixture values = fixture.values;
        int batch = fixture.batch;
        int patches = extractor.patches();
        int width = fixture.width;
        int keys = fixture.abnormalShots * patches;
        Tensor features = scope.allocate(batch, keys, width);
        Tensor residuals = scope.allocate(batch, keys, width);
        Tensor queryResiduals = scope.allocate(batch, patches, width);
        Tensor cosine = scope.allocate(batch, patches);
        List<List<PatchMask>> masks = new ArrayList<>();
        for (int sample = 0; sample < batch; sample++) {
            References references = fixture.references(extractor, sample);
            Tensor normal =
                    extractor.features(references.normal(), scope).reshape(fixture.normalShots * patches, width);
            NormalVariationEraser eraser =
                    NormalVariationEraser.of(normal, fixture.config().eraser(), scope);
            List<PatchMask> sampleMasks = new ArrayList<>();
            for (int i = 0; i < fixture.abnormalShots; i++) {
                References.Abnormal abnormal = references.abnormal().get(i);
                Mask mask = abnormal.mask();
                sampleMasks.add(PatchMask.of(mask, fixture.patchSize));
                features.slice(sample, 1)
                        .reshape(keys, width)
                        .slice(i * patches, patches)
                        .write(extractor.of(abnormal.image()));
            }
            masks.add(sampleMasks);
            Erased abnormal = eraser.erase(features.slice(sample, 1), scope);
            scope.backend().copy(abnormal.residuals(), residuals.slice(sample, 1));
            Tensor query = scope.upload(IdealFixture.sample(values, "query", sample), patches, width);
            Erased erased = eraser.erase(query, scope);
            scope.backend().copy(erased.residuals(), queryResiduals.slice(sample, 1));
            scope.backend().copy(erased.cosine(), cosine.slice(sample, 1));
        }
        assertClose("abnormal_residual", residuals.toArray(), values.floats("abnormal_residual"), 1e-4);

        IntrinsicDeviationEncoder encoder = IntrinsicDeviationEncoder.load(
                new EncoderWeights(fixture.weights()), fixture.config().heads(), scope);
        Tensor vectors = encoder.encode(features, residuals, masks, MaskLayout.PUBLISHED, scope);
        assertClose("deviation_vectors", vectors.toArray(), values.floats("deviation_vectors"), 1e-4);

        Tensor projected = scope.allocate(queryResiduals.shape());
        scope.backend().deviations().project(queryResiduals, vectors, projected);
        assertClose("projected_query_residual", projected.toArray(), values.floats("projected_query_residual"), 1e-4);
        Tensor distance = scope.allocate(batch, patches);
        scope.backend().deviations().distance(queryResiduals, vectors, distance);
        assertClose("deviation_distance", distance.toArray(), values.floats("deviation_distance"), 1e-4);

        Tensor scores = scope.allocate(batch, patches);
        scope.backend().deviations().patchScore(distance, cosine, scores);
        assertClose("patch_score", scores.toArray(), values.floats("patch_score"), 1e-4);
        checkImages(fixture, scores, scope);
        checkPixels(fixture, distance, cosine, scope);
    }

    private static void checkImages(IdealFixture fixture, Tensor scores, Scope scope) {
        Tensor top = scope.allocate(fixture.batch);
        int count = fixture.config().topPatches(scores.shape().last());
        scope.backend().reductions().topMean(scores, count, top);
        float[] logits = new float[2 * fixture.batch];
        for (int i = 0; i < fixture.batch; i++) {
            float score = top.toArray()[i];
            logits[2 * i] = 1 - score;
            logits[2 * i + 1] = score;
        }
        assertClose("image_logits", logits, fixture.values.floats("image_logits"), 1e-4);
    }

    /** Both channels, normal and abnormal similarity, upsampled. */
    private static void checkPixels(IdealFixture fixture, Tensor distance, Tensor cosine, Scope scope) {
        int batch = fixture.batch;
        int patches = distance.shape().last();
        float[] channels = new float[2 * batch * patches];
        float[] far = distance.toArray();
        float[] near = cosine.toArray();
        for (int i = 0; i < far.length; i++) {
            int at = i / patches * 2 * patches + i % patches;
            channels[at] = (1 + near[i]) / 2;
            channels[at + patches] = 1 - far[i];
        }
        int size = fixture.grid * fixture.patchSize;
        Tensor maps = scope.upload(channels, 2 * batch, fixture.grid, fixture.grid);
        Tensor pixels = scope.allocate(2 * batch, size, size);
        scope.backend().resampling().bilinear(maps, pixels);
        assertClose("pixel_logits", pixels.toArray(), fixture.values.floats("pixel_logits"), 1e-4);
    }
}
