package dev.ideal4j.ide;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KnownDefectsTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final int SIDE = 4;
    private static final int PATCHES = SIDE * SIDE;
    private static final int WIDTH = 21;

    private static PatchMask mask(int... patches) {
        boolean[] marked = new boolean[PATCHES];
        for (int patch : patches) {
            marked[patch] = true;
        }
        return PatchMask.of(SIDE, SIDE, marked);
    }

    private static PatchMask all() {
        boolean[] marked = new boolean[PATCHES];
        Arrays.fill(marked, true);
        return PatchMask.of(SIDE, SIDE, marked);
    }

    /** Abnormal references and queries, of random numbers. */
    private record Case(List<PatchMask> touched, List<PatchMask> covered, float[] residuals, float[] cosines) {
        static Case of(List<PatchMask> touched, List<PatchMask> covered) {
            int patches = touched.size() * PATCHES;
            return new Case(
                    touched,
                    covered,
                    SeededValues.uniform("residuals", patches * WIDTH, 3, 0),
                    SeededValues.uniform("cosines", patches, 1, 0.4));
        }

        KnownDefects learn(Scope scope) {
            return KnownDefects.of(
                    scope.upload(residuals, cosines.length, WIDTH),
                    scope.upload(cosines, cosines.length),
                    touched,
                    covered,
                    scope);
        }

        float[] raise(KnownDefects defects, float[] queries, float[] scores, Scope scope) {
            Tensor raised = scope.upload(scores, scores.length);
            defects.raise(scope.upload(queries, 1, scores.length, WIDTH), raised);
            return raised.toArray();
        }

        /** The formula, in double precision. */
        float[] expected(float[] queries, float[] scores) {
            float[] expected = new float[scores.length];
            for (int q = 0; q < scores.length; q++) {
                double defect = 0;
                double other = 0;
                for (int row = 0; row < cosines.length; row++) {
                    int reference = row / PATCHES;
                    boolean isDefect = covered.get(reference).marked(row % PATCHES);
                    boolean isNear = near(touched.get(reference), row % PATCHES);
                    double value = weight(row) * cosine(queries, q, residuals, row);
                    defect = isDefect ? Math.max(defect, value) : defect;
                    other = isDefect || isNear || weight(row) < 0 ? other : Math.max(other, value);
                }
                expected[q] = (float) (scores[q] * (1 + Math.max(0, defect - other)));
            }
            return expected;
        }

        private double weight(int row) {
            int first = row / PATCHES * PATCHES;
            double most = -1;
            for (int patch = 0; patch < PATCHES; patch++) {
                if (covered.get(row / PATCHES).marked(patch)) {
                    most = Math.max(most, 1 - cosines[first + patch]);
                }
            }
            return most < 0 ? -1 : Math.min(1, (1 - cosines[row]) / most);
        }

        private static boolean near(PatchMask mask, int patch) {
            for (int other = 0; other < PATCHES; other++) {
                int rows = Math.abs(other / SIDE - patch / SIDE);
                int columns = Math.abs(other % SIDE - patch % SIDE);
                if (mask.marked(other) && Math.max(rows, columns) <= 1) {
                    return true;
                }
            }
            return false;
        }

        private static double cosine(float[] a, int row, float[] b, int other) {
            double dot = 0;
            double one = 0;
            double two = 0;
            for (int i = 0; i < WIDTH; i++) {
                double x = a[row * WIDTH + i];
                double y = b[other * WIDTH + i];
                dot += x * y;
                one += x * x;
                two += y * y;
            }
            return one * two == 0 ? 0 : dot / Math.sqrt(one * two);
        }
    }

    private static List<Case> cases() {
        return List.of(
                Case.of(List.of(mask(5, 6), mask(0, 1, 4)), List.of(mask(5), mask(0, 1))),
                Case.of(List.of(mask(), mask(15)), List.of(mask(), mask(15))),
                Case.of(List.of(all()), List.of(all())),
                Case.of(List.of(mask()), List.of(mask())));
    }

    /** Queries: random ones, those of the first reference itself, and one without any deviation. */
    private static float[] queries(Case given) {
        float[] queries = SeededValues.uniform("queries", 24 * WIDTH, 2, 0);
        System.arraycopy(given.residuals, 0, queries, 0, PATCHES * WIDTH);
        Arrays.fill(queries, 23 * WIDTH, 24 * WIDTH, 0);
        return queries;
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void agreesWithTheFormulaInDoublePrecision(String name) {
        float[] scores = SeededValues.uniform("scores", 24, 0.5, 0.5);
        boolean raisedAny = false;
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            for (Case given : cases()) {
                float[] queries = queries(given);
                float[] expected = given.expected(queries, scores);
                float[] raised = given.raise(given.learn(scope), queries, scores, scope);
                assertClose("scores with masks " + given.touched.size(), raised, expected, 2e-6);
                for (int i = 0; i < scores.length; i++) {
                    assertThat(raised[i]).as("no score falls").isGreaterThanOrEqualTo(scores[i]);
                    raisedAny |= raised[i] > 1.5 * scores[i];
                }
            }
        }
        assertThat(raisedAny).as("a known defect is raised").isTrue();
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aMaskThatMarksNoPatchTeachesNothing(String name) {
        float[] scores = SeededValues.uniform("scores", 24, 0.5, 0.5);
        Case none = Case.of(List.of(mask()), List.of(mask()));
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            assertThat(none.raise(none.learn(scope), queries(none), scores, scope))
                    .isEqualTo(scores);
        }
    }

    /** Patch 0 deviates much and patch 3 hardly; the mask covers both. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aWideMaskHardlyRaisesWhatIsNormalInIt(String name) {
        float[] residuals = new float[PATCHES * WIDTH];
        float[] cosines = new float[PATCHES];
        Arrays.fill(cosines, 1);
        residuals[0] = 4;
        cosines[0] = 0.2f;
        residuals[3 * WIDTH + 1] = 0.1f;
        cosines[3] = 0.99f;
        Case wide = new Case(List.of(all()), List.of(all()), residuals, cosines);
        float[] queries = new float[2 * WIDTH];
        queries[0] = 1;
        queries[WIDTH + 1] = 1;
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            float[] raised = wide.raise(wide.learn(scope), queries, new float[] {0.5f, 0.5f}, scope);
            assertClose("defect, normal", raised, new float[] {1, 0.5f * (1 + 0.01f / 0.8f)}, 1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource(BACKENDS)
    void learnsTheSameBitsAgainAndFreesAllMemory(String name) {
        float[] scores = SeededValues.uniform("scores", 24, 0.5, 0.5);
        List<float[]> raised = new ArrayList<>();
        try (Backend backend = Backends.open(name)) {
            Case given = cases().get(0);
            try (Scope scope = backend.scope()) {
                for (KnownDefects defects : List.of(given.learn(scope), given.learn(scope))) {
                    raised.add(given.raise(defects, queries(given), scores, scope));
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
        assertThat(raised.get(1)).isEqualTo(raised.get(0));
    }

    @Test
    void refusesResidualsOfOtherPatches() {
        try (Backend backend = Backends.open("reference");
                Scope scope = backend.scope()) {
            Tensor residuals = scope.allocate(PATCHES + 1, WIDTH);
            Tensor cosines = scope.allocate(PATCHES + 1);
            List<PatchMask> masks = List.of(mask(3));
            assertThatThrownBy(() -> KnownDefects.of(residuals, cosines, masks, masks, scope))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("16 patches");
        }
    }
}
