package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Neighbours;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What must hold of the operations on every backend, whatever the reference says. */
class PropertyTest {
    private static final double TOLERANCE = 1e-5;

    static List<String> names() {
        return Subjects.names();
    }

    private interface Property {
        void check(Backend on, Scope scope);
    }

    private static void check(String name, Property property) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            property.check(backend, scope);
        }
        assertThat(backend.liveBytes()).isZero();
    }

    private static Tensor random(Scope scope, String name, int... lengths) {
        int count = Arrays.stream(lengths).reduce(1, (a, b) -> a * b);
        return scope.upload(SeededValues.uniform(name, count, 1, 0), lengths);
    }

    @ParameterizedTest
    @MethodSource("names")
    void orthonormalRowsHaveGramIdentityAndStayAsTheyAre(String name) {
        check(name, (on, scope) -> {
            Tensor v = random(scope, "v", 2, 45, 64);
            on.products().orthonormalize(v, v);
            Tensor gram = scope.allocate(2, 45, 45);
            on.products().multiplyTransposed(v, v, gram);
            float[] identity = new float[2 * 45 * 45];
            for (int i = 0; i < 2 * 45; i++) {
                identity[i * 45 + i % 45] = 1;
            }
            assertClose("V Vᵀ", gram.toArray(), identity, 1e-6);
            Tensor again = scope.allocate(2, 45, 64);
            on.products().orthonormalize(v, again);
            assertClose("twice", again.toArray(), v.toArray(), 1e-6);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void dependentRowsBecomeZeroAndAreSkipped(String name) {
        check(name, (on, scope) -> {
            float[] rows = {0, 0, 0, 0, 3, 0, 0, 4, 6, 0, 0, 8, 1, 1, 0, 0, -2, 7, 0, -4};
            Tensor v = scope.upload(rows, 5, 4);
            on.products().orthonormalize(v, v);
            float[] result = v.toArray();
            assertThat(Arrays.copyOfRange(result, 0, 4)).containsOnly(0);
            assertThat(Arrays.copyOfRange(result, 4, 8)).containsExactly(new float[] {0.6f, 0, 0, 0.8f}, within(1e-6f));
            assertThat(Arrays.copyOfRange(result, 8, 12)).containsOnly(0);
            assertThat(v.slice(3, 1).toArray()[2]).isZero();
            double norm = 0;
            for (float x : v.slice(3, 1).toArray()) {
                norm += x * x;
            }
            assertThat(norm).isCloseTo(1, within(1e-6));
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void projectionOntoOrthonormalVectorsIsIdempotentAndHasDistanceZero(String name) {
        check(name, (on, scope) -> {
            Tensor v = random(scope, "v", 7, 64);
            on.products().orthonormalize(v, v);
            Tensor residual = random(scope, "residual", 2, 31, 64);
            Tensor once = scope.allocate(2, 31, 64);
            Tensor twice = scope.allocate(2, 31, 64);
            on.deviations().project(residual, v, once);
            on.deviations().project(once, v, twice);
            assertClose("projection", twice.toArray(), once.toArray(), TOLERANCE);
            Tensor distance = scope.allocate(2, 31);
            on.deviations().distance(once, v, distance);
            assertThat(distance.toArray()).containsExactly(new float[62], within(1e-6f));
            on.deviations().distance(residual, v, distance);
            for (float d : distance.toArray()) {
                assertThat(d).isBetween(0.1f, 1f);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void distanceForgetsLengths(String name) {
        check(name, (on, scope) -> {
            float[] values = SeededValues.uniform("residual", 31 * 64, 1, 0);
            Tensor v = random(scope, "v", 7, 64);
            Tensor distance = scope.allocate(1, 31);
            on.deviations().distance(scope.upload(values, 1, 31, 64), v, distance);
            for (int i = 0; i < values.length; i++) {
                values[i] *= 1 << i / 64 % 20;
            }
            Tensor scaled = scope.allocate(1, 31);
            on.deviations().distance(scope.upload(values, 1, 31, 64), v, scaled);
            assertClose("distance", scaled.toArray(), distance.toArray(), 1e-6);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void aReferenceIsItsOwnNearest(String name) {
        check(name, (on, scope) -> {
            Tensor references = random(scope, "references", 207, 64);
            Tensor cosines = scope.allocate(207, 2);
            Indices nearest = scope.allocateIndices(207, 2);
            Neighbours neighbours = on.neighbours();
            neighbours.topK(references, neighbours.index(references, scope), 2, cosines, nearest);
            for (int i = 0; i < 207; i++) {
                assertThat(nearest.toArray()[2 * i]).isEqualTo(i);
                assertThat(cosines.toArray()[2 * i]).isCloseTo(1, within(1e-6f));
                assertThat(cosines.toArray()[2 * i + 1]).isLessThan(0.9f);
            }
        });
    }

    /** The same cosines to the bit, and the same rows, in whatever order the references come. */
    @ParameterizedTest
    @MethodSource("names")
    void permutedReferencesGiveThePermutedResult(String name) {
        check(name, (on, scope) -> {
            int n = 207;
            float[] rows = SeededValues.uniform("references", n * 17, 1, 0);
            float[] permuted = new float[rows.length];
            for (int i = 0; i < n; i++) {
                System.arraycopy(rows, i * 17, permuted, i * 10 % n * 17, 17); // 10 and 207 have no common divisor
            }
            Tensor queries = random(scope, "queries", 31, 17);
            Tensor cosines = scope.allocate(31, 12);
            Tensor permutedCosines = scope.allocate(31, 12);
            Indices nearest = scope.allocateIndices(31, 12);
            Indices permutedNearest = scope.allocateIndices(31, 12);
            Neighbours neighbours = on.neighbours();
            neighbours.topK(queries, neighbours.index(scope.upload(rows, n, 17), scope), 12, cosines, nearest);
            neighbours.topK(
                    queries,
                    neighbours.index(scope.upload(permuted, n, 17), scope),
                    12,
                    permutedCosines,
                    permutedNearest);
            assertThat(permutedCosines.toArray()).containsExactly(cosines.toArray());
            int[] expected =
                    Arrays.stream(nearest.toArray()).map(i -> i * 10 % n).toArray();
            assertThat(permutedNearest.toArray()).containsExactly(expected);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void equalReferencesAreFoundInOrder(String name) {
        check(name, (on, scope) -> {
            int n = 100;
            float[] row = SeededValues.uniform("row", 17, 1, 0);
            float[] rows = SeededValues.uniform("others", n * 17, 1, 0);
            int[] copies = {3, 20, 41, 42, 64, 97, 98, 99};
            for (int copy : copies) {
                System.arraycopy(row, 0, rows, copy * 17, 17);
            }
            Neighbours neighbours = on.neighbours();
            Tensor query = scope.upload(row, 1, 17);
            Tensor cosines = scope.allocate(1, copies.length);
            Indices nearest = scope.allocateIndices(1, copies.length);
            neighbours.topK(query, neighbours.index(scope.upload(rows, n, 17), scope), copies.length, cosines, nearest);
            assertThat(nearest.toArray()).containsExactly(copies);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void strengthZeroLeavesTheTargetMinusTheWeightedCentre(String name) {
        check(name, (on, scope) -> {
            Eraser eraser = new Eraser(on, scope);
            Tensor centre = scope.allocate(17, 64);
            on.localPca()
                    .erase(scope.allocate(17, 64), eraser.references, eraser.cosines, eraser.nearest, 4, 0, centre);
            Tensor residual = eraser.erase(4, 0);
            float[] expected = eraser.targets.toArray();
            float[] minusCentre = centre.toArray(); // of targets that are 0
            for (int i = 0; i < expected.length; i++) {
                expected[i] += minusCentre[i];
            }
            assertClose("residual", residual.toArray(), expected, TOLERANCE);
            float[] weights = eraser.weights();
            float[] references = eraser.references.toArray();
            int[] nearest = eraser.nearest.toArray();
            float[] byHand = new float[17 * 64];
            for (int i = 0; i < byHand.length; i++) {
                int row = i / 64;
                for (int j = 0; j < 12; j++) {
                    byHand[i] -= weights[row * 12 + j] * references[nearest[row * 12 + j] * 64 + i % 64];
                }
            }
            assertClose("centre", minusCentre, byHand, TOLERANCE);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void erasingIsLinearInItsStrengthAndFullStrengthIsAProjection(String name) {
        check(name, (on, scope) -> {
            Eraser eraser = new Eraser(on, scope);
            float[] none = eraser.erase(4, 0).toArray();
            float[] half = eraser.erase(4, 0.5f).toArray();
            float[] full = eraser.erase(4, 1).toArray();
            float[] mean = new float[full.length];
            double norms = 0;
            double products = 0;
            for (int i = 0; i < full.length; i++) {
                mean[i] = (none[i] + full[i]) / 2;
                norms += (double) full[i] * full[i];
                products += (double) full[i] * none[i];
            }
            assertClose("half", half, mean, TOLERANCE);
            assertThat(products / norms)
                    .as("what is left is orthogonal to what was erased")
                    .isCloseTo(1, within(1e-5));
            assertThat(norms).isGreaterThan(1);
        });
    }

    /** Neighbours of random targets among random references. */
    private static final class Eraser {
        final Backend on;
        final Scope scope;
        final Tensor targets;
        final Tensor references;
        final Tensor cosines;
        final Indices nearest;

        Eraser(Backend on, Scope scope) {
            this.on = on;
            this.scope = scope;
            targets = random(scope, "targets", 17, 64);
            references = random(scope, "references", 207, 64);
            cosines = scope.allocate(17, 12);
            nearest = scope.allocateIndices(17, 12);
            on.neighbours().topK(targets, on.neighbours().index(references, scope), 12, cosines, nearest);
        }

        Tensor erase(int rank, float strength) {
            Tensor out = scope.allocate(17, 64);
            on.localPca().erase(targets, references, cosines, nearest, rank, strength, out);
            return out;
        }

        float[] weights() {
            Tensor weights = scope.allocate(17, 12);
            on.activations().softmax(cosines, weights);
            return weights.toArray();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void attentionWithAllKeysMaskedIsTheMean(String name) {
        check(name, (on, scope) -> {
            Tensor v = random(scope, "v", 1, 31, 24);
            float[] masked = new float[3 * 31];
            Arrays.fill(masked, -1e9f);
            Tensor out = scope.allocate(1, 5, 24);
            on.attention()
                    .cross(
                            random(scope, "q", 1, 5, 24),
                            random(scope, "k", 1, 31, 24),
                            v,
                            scope.upload(masked, 1, 3, 31),
                            3,
                            out);
            float[] values = v.toArray();
            float[] mean = new float[5 * 24];
            for (int i = 0; i < mean.length; i++) {
                for (int key = 0; key < 31; key++) {
                    mean[i] += values[key * 24 + i % 24] / 31;
                }
            }
            assertClose("mean", out.toArray(), mean, TOLERANCE);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void attentionDoesNotCareForTheOrderOfKeys(String name) {
        check(name, (on, scope) -> {
            float[] k = SeededValues.uniform("k", 31 * 8, 2, 0);
            float[] v = SeededValues.uniform("v", 31 * 8, 1, 0);
            float[] reversedK = new float[k.length];
            float[] reversedV = new float[v.length];
            for (int key = 0; key < 31; key++) {
                System.arraycopy(k, key * 8, reversedK, (30 - key) * 8, 8);
                System.arraycopy(v, key * 8, reversedV, (30 - key) * 8, 8);
            }
            Tensor q = random(scope, "q", 1, 5, 8);
            Tensor out = scope.allocate(1, 5, 8);
            Tensor reversed = scope.allocate(1, 5, 8);
            on.attention().cross(q, scope.upload(k, 1, 31, 8), scope.upload(v, 1, 31, 8), null, 2, out);
            on.attention()
                    .cross(q, scope.upload(reversedK, 1, 31, 8), scope.upload(reversedV, 1, 31, 8), null, 2, reversed);
            assertClose("reversed", reversed.toArray(), out.toArray(), TOLERANCE);
        });
    }

    /** The blur has the reference's bits, so here only: a NaN stays in its map, and in reach of the window. */
    @ParameterizedTest
    @MethodSource("names")
    void aNaNSpreadsOverNeighbouringPixelsOfItsMapOnly(String name) {
        check(name, (on, scope) -> {
            float[] values = SeededValues.uniform("maps", 3 * 9 * 9, 1, 0);
            values[81 + 4 * 9 + 4] = Float.NaN;
            Tensor out = scope.allocate(3, 18, 18);
            on.resampling().bilinear(scope.upload(values, 3, 9, 9), out);
            float[] result = out.toArray();
            for (int i = 0; i < result.length; i++) {
                int map = i / 324;
                double row = (i / 18 % 18 + 0.5) / 2 - 0.5;
                double column = (i % 18 + 0.5) / 2 - 0.5;
                double away = Math.max(Math.abs(row - 4), Math.abs(column - 4));
                assertThat(Float.isNaN(result[i])).as("pixel " + i).isEqualTo(map == 1 && away < 1);
            }
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void bilinearKeepsConstantsAndItsOwnSize(String name) {
        check(name, (on, scope) -> {
            float[] constant = new float[5 * 7];
            Arrays.fill(constant, 0.3f);
            Tensor out = scope.allocate(1, 31, 17);
            on.resampling().bilinear(scope.upload(constant, 1, 5, 7), out);
            for (float value : out.toArray()) {
                assertThat(value).isCloseTo(0.3f, within(1e-7f));
            }
            Tensor x = random(scope, "x", 2, 17, 31);
            Tensor same = scope.allocate(2, 17, 31);
            on.resampling().bilinear(x, same);
            assertClose("same size", same.toArray(), x.toArray(), 1e-6);
        });
    }

    @ParameterizedTest
    @MethodSource("names")
    void softmaxRowsSumToOneAndForgetAnOffset(String name) {
        check(name, (on, scope) -> {
            float[] values = SeededValues.uniform("x", 31 * 17, 8, 0);
            Tensor out = scope.allocate(31, 17);
            on.activations().softmax(scope.upload(values, 31, 17), out);
            float[] before = out.toArray();
            for (int row = 0; row < 31; row++) {
                double sum = 0;
                for (int i = 0; i < 17; i++) {
                    sum += before[row * 17 + i];
                }
                assertThat(sum).isCloseTo(1, within(1e-6));
            }
            for (int i = 0; i < values.length; i++) {
                values[i] += 1024; // leaves 13 bits behind the point
            }
            on.activations().softmax(scope.upload(values, 31, 17), out);
            assertClose("offset", out.toArray(), before, 1e-3);
        });
    }
}
