package dev.ideal4j.nve;

import static dev.ideal4j.core.testing.Close.assertClose;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.nve.NormalVariationEraser.Erased;
import dev.ideal4j.nve.NormalVariationEraser.Settings;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The eraser against values of the published implementation. */
@Tag("golden")
class EraserGoldenTest {
    static Stream<Arguments> cases() {
        return TestBackends.available()
                .flatMap(backend -> Stream.of("ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4", "ideal_n1a0")
                        .map(fixture -> Arguments.of(backend, fixture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void agreesWithThePublishedValues(String name, String file) {
        Fixture fixture = Fixture.open("ideal/" + file + ".safetensors");
        Settings settings = new Settings(
                fixture.metaInt("topk"), fixture.metaInt("topr"), Float.parseFloat(fixture.meta("proj_alpha")));
        try (Backend backend = Backends.open(name)) {
            for (int sample = 0; sample < fixture.metaInt("batch"); sample++) {
                try (Scope scope = backend.scope()) {
                    Tensor query = rows(fixture, "query", sample, scope);
                    Tensor normal = rows(fixture, "normal", sample, scope);
                    NormalVariationEraser eraser = NormalVariationEraser.of(normal, settings, scope);
                    Erased erased = eraser.erase(query, scope);
                    assertClose(
                            "normal_similarity",
                            similarity(erased.cosine().toArray()),
                            values(fixture, "normal_similarity", sample),
                            1e-5);
                    if (fixture.has("query_residual")) {
                        assertClose(
                                "query_residual",
                                erased.residuals().toArray(),
                                values(fixture, "query_residual", sample),
                                1e-4);
                        Tensor abnormal = rows(fixture, "abnormal", sample, scope);
                        assertClose(
                                "abnormal_residual",
                                eraser.erase(abnormal, scope).residuals().toArray(),
                                values(fixture, "abnormal_residual", sample),
                                1e-4);
                        assertClose(
                                "raw_nearest_residual_query",
                                toNearest(query, normal, scope),
                                values(fixture, "raw_nearest_residual_query", sample),
                                1e-5);
                    }
                }
            }
        }
    }

    /** What the eraser refines: each row less its most similar normal row, both L2-normalised. */
    private static float[] toNearest(Tensor query, Tensor normal, Scope scope) {
        Backend backend = scope.backend();
        int rows = query.shape().rows();
        int width = query.shape().last();
        Indices nearest = scope.allocateIndices(rows, 1);
        backend.neighbours()
                .topK(query, backend.neighbours().index(normal, scope), 1, scope.allocate(rows, 1), nearest);
        float[] from = normalized(query, scope);
        float[] to = normalized(normal, scope);
        int[] index = nearest.toArray();
        for (int i = 0; i < from.length; i++) {
            from[i] -= to[index[i / width] * width + i % width];
        }
        return from;
    }

    private static float[] normalized(Tensor x, Scope scope) {
        Tensor out = scope.allocate(x.shape());
        scope.backend().normalization().l2(x, Neighbours.NORM_EPS, out);
        return out.toArray();
    }

    private static float[] similarity(float[] cosine) {
        for (int i = 0; i < cosine.length; i++) {
            cosine[i] = (1 + cosine[i]) / 2;
        }
        return cosine;
    }

    /** All rows of one sample of {@code (b, …, c)}. */
    private static Tensor rows(Fixture fixture, String tensor, int sample, Scope scope) {
        float[] values = values(fixture, tensor, sample);
        int[] shape = fixture.shape(tensor);
        int width = shape[shape.length - 1];
        return scope.upload(values, values.length / width, width);
    }

    private static float[] values(Fixture fixture, String tensor, int sample) {
        float[] all = fixture.floats(tensor);
        int size = all.length / fixture.shape(tensor)[0];
        return Arrays.copyOfRange(all, sample * size, (sample + 1) * size);
    }
}
