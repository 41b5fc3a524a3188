package dev.ideal4j.ide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RememberedDefectsTest {
    private static final String BACKENDS = "dev.ideal4j.core.testing.TestBackends#available";
    private static final int PATCHES = 16;
    private static final int WIDTH = 21;
    private static final float[] FEATURES = SeededValues.uniform("features", PATCHES * WIDTH, 2, 0);
    private static final float[] COSINES = SeededValues.uniform("cosines", PATCHES, 0.5, 0.75);

    private static PatchMask mask(int... patches) {
        boolean[] marked = new boolean[PATCHES];
        for (int patch : patches) {
            marked[patch] = true;
        }
        return PatchMask.of(4, 4, marked);
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
        return dot / Math.sqrt(one * two);
    }

    private static float[] raised(String name, PatchMask covered, float[] queries, float[] cosines, float[] scores) {
        try (Backend backend = Backends.open(name)) {
            float[] raised;
            try (Scope scope = backend.scope()) {
                RememberedDefects defects = RememberedDefects.of(
                        scope.upload(FEATURES, PATCHES, WIDTH),
                        scope.upload(COSINES, PATCHES),
                        List.of(covered),
                        scope);
                Tensor changed = scope.upload(scores, scores.length);
                defects.raise(
                        scope.upload(queries, 1, scores.length, WIDTH), scope.upload(cosines, scores.length), changed);
                raised = changed.toArray();
            }
            assertThat(backend.liveBytes()).isZero();
            return raised;
        }
    }

    /** Queries between a defect patch, at first, and others; the formula in double precision. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void agreesWithTheFormulaInDoublePrecision(String name) {
        int[] defects = {3, 4, 9};
        double most =
                Arrays.stream(defects).mapToDouble(i -> 1 - COSINES[i]).max().orElseThrow();
        int count = 24;
        float[] queries = SeededValues.uniform("queries", count * WIDTH, 2, 0);
        for (int q = 0; q < 12; q++) {
            float share = q / 40f;
            for (int i = 0; i < WIDTH; i++) {
                int at = q * WIDTH + i;
                queries[at] = (1 - share) * FEATURES[3 * WIDTH + i] + share * queries[at];
            }
        }
        float[] cosines = SeededValues.uniform("own", count, 0.3, 0.8);
        float[] scores = SeededValues.uniform("scores", count, 0.1, 0.1);
        float[] raised = raised(name, mask(defects), queries, cosines, scores);
        int more = 0;
        for (int q = 0; q < count; q++) {
            double best = -1;
            for (int defect : defects) {
                boolean core = 1 - COSINES[defect] >= 0.5 * most;
                best = core ? Math.max(best, cosine(queries, q, FEATURES, defect)) : best;
            }
            double found = Math.min(1, 10 * (1 - cosines[q] - 3 * (1 - best)));
            assertThat((double) raised[q]).as("query " + q).isCloseTo(Math.max(scores[q], found), within(2e-5));
            more += raised[q] > scores[q] + 0.01 ? 1 : 0;
        }
        assertThat(more).isBetween(1, count - 12);
    }

    /** It deviates by 0.02 alone, and yet it is not missed again. */
    @ParameterizedTest
    @MethodSource(BACKENDS)
    void aDefectThatHardlyDeviatesIsRemembered(String name) {
        float[] same = Arrays.copyOfRange(FEATURES, 5 * WIDTH, 6 * WIDTH);
        assertThat(raised(name, mask(5), same, new float[] {0.96f}, new float[] {0.02f})[0])
                .isCloseTo(0.4f, within(1e-4f));
        assertThat(raised(name, mask(), same, new float[] {0.96f}, new float[] {0.02f})[0])
                .isEqualTo(0.02f);
    }
}
