package dev.ideal4j.ide;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder against values of the published implementation. */
@Tag("golden")
class EncoderGoldenTest {
    static Stream<Arguments> cases() {
        return TestBackends.available().flatMap(backend -> Stream.of("ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4")
                .map(fixture -> Arguments.of(backend, fixture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void deviationVectors(String name, String file) {
        Fixture fixture = Fixture.open("ideal/" + file + ".safetensors");
        try (Backend backend = Backends.open(name)) {
            try (Scope scope = backend.scope()) {
                assertClose(
                        "deviation_vectors",
                        encode(fixture, MaskLayout.PUBLISHED, scope).toArray(),
                        fixture.floats("deviation_vectors"),
                        1e-4);
                String own =
                        fixture.has("deviation_vectors_own_mask") ? "deviation_vectors_own_mask" : "deviation_vectors";
                assertClose(own, encode(fixture, MaskLayout.OWN, scope).toArray(), fixture.floats(own), 1e-4);
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static Tensor encode(Fixture fixture, MaskLayout layout, Scope scope) {
        int[] shape = fixture.shape("abnormal");
        Weights weights = new SeededWeights(
                fixture.meta("seed_prefix"), EncoderWeights.shapes(fixture.metaInt("vectors"), shape[3]));
        IntrinsicDeviationEncoder encoder =
                IntrinsicDeviationEncoder.load(new EncoderWeights(weights), fixture.metaInt("heads"), scope);
        Tensor features = scope.upload(fixture.floats("abnormal"), shape[0], shape[1] * shape[2], shape[3]);
        Tensor residuals = scope.upload(fixture.floats("abnormal_residual"), features.shape());
        return encoder.encode(features, residuals, masks(fixture, "abnormal_patch_mask"), layout, scope);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4"})
    void positionEmbedding(String file) {
        Fixture fixture = Fixture.open("ideal/" + file + ".safetensors");
        List<List<PatchMask>> masks = masks(fixture, "abnormal_patch_mask");
        int[] shape = fixture.shape("position_embedding");
        int width = shape[2];
        float[] laidOut = new float[shape[0] * shape[1] * width];
        for (int sample = 0; sample < masks.size(); sample++) {
            float[] embedding = SinePositionEmbedding.of(masks.get(sample), width);
            for (int row = 0; row < shape[0]; row++) {
                System.arraycopy(embedding, row * width, laidOut, (row * shape[1] + sample) * width, width);
            }
        }
        assertClose("position_embedding", laidOut, fixture.floats("position_embedding"), 1e-5);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void residualPseudoMask(String name, String file) {
        Fixture fixture = Fixture.open("ideal/" + file + ".safetensors");
        int[] shape = fixture.shape("abnormal_residual");
        int grid = fixture.metaInt("grid");
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Tensor residuals = scope.upload(fixture.floats("abnormal_residual"), shape[0] * shape[1], shape[2]);
            List<PatchMask> found = ResidualPseudoMask.of(residuals, grid, grid);
            List<PatchMask> expected = masks(fixture, "residual_pseudo_mask").stream()
                    .flatMap(List::stream)
                    .toList();
            assertThat(found).usingRecursiveComparison().isEqualTo(expected);
        }
    }

    /** The masks in {@code (b, a, N)}. */
    private static List<List<PatchMask>> masks(Fixture fixture, String tensor) {
        int[] shape = fixture.shape(tensor);
        int grid = fixture.metaInt("grid");
        float[] values = fixture.floats(tensor);
        List<List<PatchMask>> samples = new ArrayList<>();
        for (int sample = 0; sample < shape[0]; sample++) {
            List<PatchMask> masks = new ArrayList<>();
            for (int reference = 0; reference < shape[1]; reference++) {
                boolean[] marked = new boolean[shape[2]];
                for (int patch = 0; patch < marked.length; patch++) {
                    marked[patch] = values[(sample * shape[1] + reference) * shape[2] + patch] == 1;
                }
                masks.add(PatchMask.of(grid, grid, marked));
            }
            samples.add(masks);
        }
        return samples;
    }
}
