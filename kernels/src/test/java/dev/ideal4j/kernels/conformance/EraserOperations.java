package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.exact;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.List;

/** Nearest neighbours, local PCA and deviations. */
final class EraserOperations {
    private EraserOperations() {}

    static List<Operation> all() {
        return List.of(
                exact(
                                "neighbours.topK, ties and exact cosines",
                                (t, s) -> {
                                    Tensor queries = t.input("queries", signs("queries", s[0], s[2]), s[0], s[2]);
                                    Tensor references =
                                            t.input("references", signs("references", s[1], s[2]), s[1], s[2]);
                                    topK(t, s, queries, references, t.outputIndices(s[0], s[3]));
                                },
                                size(0, 17, 3, 3),
                                size(1, 1, 1, 1),
                                size(3, 31, 3, 31),
                                size(17, 207, 17, 12),
                                size(207, 207, 64, 1),
                                size(3, 1025, 384, 64),
                                size(3, 2207, 1025, 12),
                                size(31, 1025, 64, 12),
                                size(4, 9, 17, 5))
                        .free("references:0", "references:memory"),
                close(
                                "neighbours.topK, any cosines",
                                1,
                                s -> s[2],
                                (t, s) -> {
                                    Tensor queries = t.input("queries", s[0], s[2]);
                                    Tensor references = t.uniform("references", 5, s[1], s[2]);
                                    Indices scratch = t.prepare(scope -> scope.allocateIndices(s[0], s[3]));
                                    topK(t, s, queries, references, scratch);
                                },
                                size(17, 207, 17, 207),
                                size(207, 31, 384, 12),
                                size(3, 2207, 1025, 12),
                                size(31, 1025, 64, 12),
                                size(4, 9, 17, 9))
                        .free("references:0", "references:memory"),
                close(
                                "localPca.erase",
                                8,
                                s -> s[2],
                                (t, s) -> erase(t, s, 0.8f),
                                size(0, 3, 3, 2, 1),
                                size(3, 5, 1, 1, 1),
                                size(3, 17, 1, 3, 2),
                                size(17, 31, 3, 12, 4),
                                size(31, 207, 17, 3, 3),
                                size(207, 207, 384, 12, 4),
                                size(3, 207, 64, 64, 9),
                                size(17, 31, 384, 12, 12),
                                size(5, 9, 17, 5, 2))
                        .free("references:0"),
                close(
                                "localPca.erase, strength 0",
                                1,
                                s -> s[3],
                                (t, s) -> erase(t, s, 0),
                                size(31, 207, 384, 12, 4),
                                size(5, 9, 17, 5, 2))
                        .free("references:0"),
                close(
                                "localPca.erase, rank 0",
                                1,
                                s -> s[3],
                                (t, s) -> erase(t, s, 0.8f),
                                size(31, 207, 384, 12, 0),
                                size(5, 9, 17, 5, 0))
                        .free("references:0"),
                close(
                                "deviations.project",
                                1,
                                s -> s[2] + s[3],
                                (t, s) -> {
                                    Tensor residual = t.input("residual", s[0], s[1], s[3]);
                                    Tensor vectors = t.input("vectors", s[0], s[2], s[3]);
                                    t.backend().deviations().project(residual, vectors, t.output(s[0], s[1], s[3]));
                                },
                                DEVIATIONS)
                        .free("vectors:1"),
                close(
                                "deviations.project, shared vectors",
                                1,
                                s -> s[2] + s[3],
                                (t, s) -> {
                                    Tensor residual = t.input("residual", s[0], s[1], s[3]);
                                    Tensor vectors = t.input("vectors", s[2], s[3]);
                                    t.backend().deviations().project(residual, vectors, t.output(s[0], s[1], s[3]));
                                },
                                DEVIATIONS)
                        .free("vectors:0"),
                close(
                                "deviations.distance",
                                1,
                                s -> s[2] + s[3],
                                (t, s) -> {
                                    Tensor residual = t.input("residual", s[0], s[1], s[3]);
                                    Tensor vectors = t.input("vectors", s[0], s[2], s[3]);
                                    t.backend().deviations().distance(residual, vectors, t.output(s[0], s[1]));
                                },
                                DEVIATIONS)
                        .free("vectors:1"),
                close(
                                "deviations.distance, shared vectors, zero rows",
                                1,
                                s -> s[2] + s[3],
                                (t, s) -> {
                                    float[] values = SeededValues.uniform("zero rows", s[0] * s[1] * s[3], 1, 0);
                                    for (int i = 0; i < values.length; i++) {
                                        values[i] *= i / s[3] % 2;
                                    }
                                    Tensor residual = t.input("residual", values, s[0], s[1], s[3]);
                                    Tensor vectors = t.input("vectors", s[2], s[3]);
                                    t.backend().deviations().distance(residual, vectors, t.output(s[0], s[1]));
                                },
                                DEVIATIONS)
                        .free("vectors:0"),
                close(
                        "deviations.patchScore",
                        1,
                        s -> 1,
                        (t, s) -> {
                            Tensor distance = t.input("distance", s[0], s[1]);
                            Tensor cosine = t.input("cosine", s[0], s[1]);
                            Tensor out = t.outputOr(distance, cosine);
                            t.backend().deviations().patchScore(distance, cosine, out);
                        },
                        size(0, 17),
                        size(1, 1),
                        size(3, 1025),
                        size(5, 19)),
                close(
                        "deviations.patchScore, no distance",
                        1,
                        s -> 1,
                        (t, s) -> {
                            Tensor cosine = t.input("cosine", s[0], s[1]);
                            t.backend().deviations().patchScore(null, cosine, t.outputOr(cosine));
                        },
                        size(1, 1),
                        size(3, 1025),
                        size(5, 19)));
    }

    private static final int[][] DEVIATIONS = {
        size(0, 3, 3, 3),
        size(2, 0, 3, 3),
        size(2, 3, 0, 17),
        size(1, 1, 1, 1),
        size(3, 17, 3, 17),
        size(2, 207, 45, 384),
        size(1, 1025, 31, 64),
        size(2, 5, 3, 7)
    };

    private static void topK(Trial t, int[] s, Tensor queries, Tensor references, Indices indices) {
        NeighbourIndex index = t.prepare(scope -> t.backend().neighbours().index(references, scope));
        t.backend().neighbours().topK(queries, index, s[3], t.output(s[0], s[3]), indices);
    }

    /**
     * Rows whose elements are ±1 or, beyond the largest power of four, 0; every fifth row is 0. All cosines are then
     * exact in float32, whatever the order of additions, and many are equal.
     */
    private static float[] signs(String name, int rows, int width) {
        int used = 1;
        while (4 * used <= width) {
            used *= 4;
        }
        float[] values = SeededValues.uniform(name, rows * width, 1, 0);
        for (int i = 0; i < values.length; i++) {
            boolean zero = i / width % 5 == 4 || (i + i / width) % width >= used;
            values[i] = zero ? 0 : Math.copySign(1 + i / width % 2, values[i]);
        }
        return values;
    }

    private static void erase(Trial t, int[] s, float strength) {
        Tensor targets = t.input("targets", s[0], s[2]);
        Tensor references = t.input("references", s[1], s[2]);
        Tensor similarities = t.input("similarities", s[0], s[3]);
        int[] rows = new int[s[0] * s[3]];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (i / s[3] * 7 + i % s[3]) % s[1];
        }
        Indices indices = t.indices("indices", rows, s[0], s[3]);
        t.backend().localPca().erase(targets, references, similarities, indices, s[4], strength, t.output(s[0], s[2]));
    }
}
