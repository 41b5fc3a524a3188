package dev.ideal4j.kernels.reference;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.testing.Fixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reference against values of the published implementation and of SciPy. */
@Tag("golden")
class ReferenceGoldenTest {
    private Backend backend;
    private Scope scope;

    @BeforeEach
    void open() {
        backend = new ReferenceBackend();
        scope = backend.scope();
    }

    @AfterEach
    void close() {
        scope.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    @Test
    void bilinear() {
        Fixture fixture = Fixture.open("image/image_ops.safetensors");
        int[] shape = fixture.shape("bilinear/in");
        int[] kept = fixture.shape("bilinear/out448_rows_every_16th");
        int size = kept[3];
        Tensor out = scope.allocate(shape[1], size, size);
        backend.resampling().bilinear(scope.upload(fixture.floats("bilinear/in"), shape[1], shape[2], shape[3]), out);
        float[] all = out.toArray();
        float[] rows = new float[kept[1] * kept[2] * size];
        for (int map = 0; map < kept[1]; map++) {
            for (int row = 0; row < kept[2]; row++) {
                System.arraycopy(all, (map * size + 16 * row) * size, rows, (map * kept[2] + row) * size, size);
            }
        }
        assertClose("bilinear", rows, fixture.floats("bilinear/out448_rows_every_16th"), 1e-5);
    }

    @Test
    void gaussianHasTheBitsOfSciPy() {
        Fixture fixture = Fixture.open("image/image_ops.safetensors");
        int[] shape = fixture.shape("gaussian/in");
        Tensor x = scope.upload(fixture.floats("gaussian/in"), 1, shape[0], shape[1]);
        backend.resampling().gaussianBlur(x, 4, x);
        assertThat(x.toArray()).containsExactly(fixture.floats("gaussian/out_sigma4"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4"})
    void eraserAndDeviations(String name) {
        Fixture fixture = Fixture.open("ideal/" + name + ".safetensors");
        int[] query = fixture.shape("query");
        int[] normal = fixture.shape("normal");
        int patches = query[2];
        int width = query[3];
        int references = normal[1] * normal[2];
        int k = fixture.metaInt("topk");
        Tensor queries = scope.upload(fixture.floats("query"), query[0], patches, width);
        Tensor normals = scope.upload(fixture.floats("normal"), normal[0], references, width);
        Tensor clean = scope.allocate(query[0], patches, width);
        for (int sample = 0; sample < query[0]; sample++) {
            Tensor targets = queries.slice(sample, 1).reshape(patches, width);
            Tensor rows = normals.slice(sample, 1).reshape(references, width);
            Tensor cosines = scope.allocate(patches, k);
            Indices indices = scope.allocateIndices(patches, k);
            backend.neighbours().topK(targets, backend.neighbours().index(rows, scope), k, cosines, indices);
            int rank = fixture.metaInt("topr");
            float strength = Float.parseFloat(fixture.meta("proj_alpha"));
            backend.localPca()
                    .erase(
                            targets,
                            rows,
                            cosines,
                            indices,
                            rank,
                            strength,
                            clean.slice(sample, 1).reshape(patches, width));
        }
        assertClose("clean residual", clean.toArray(), fixture.floats("query_residual"), 1e-4);

        Tensor residual = scope.upload(fixture.floats("query_residual"), query[0], patches, width);
        Tensor vectors = scope.upload(fixture.floats("deviation_vectors"), fixture.shape("deviation_vectors"));
        Tensor projected = scope.allocate(query[0], patches, width);
        backend.deviations().project(residual, vectors, projected);
        assertClose("projection", projected.toArray(), fixture.floats("projected_query_residual"), 1e-5);
        Tensor distance = scope.allocate(query[0], patches);
        backend.deviations().distance(residual, vectors, distance);
        assertClose("distance", distance.toArray(), fixture.floats("deviation_distance"), 1e-5);

        float[] cosine = fixture.floats("normal_similarity");
        for (int i = 0; i < cosine.length; i++) {
            cosine[i] = 2 * cosine[i] - 1;
        }
        Tensor score = scope.allocate(query[0], patches);
        backend.deviations().patchScore(distance, scope.upload(cosine, query[0], patches), score);
        assertClose("patch score", score.toArray(), fixture.floats("patch_score"), 1e-5);
    }
}
