package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.Coreset;
import dev.ideal4j.detectors.common.EuclideanBank;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.NormalOnlyDetector;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * PatchCore ("Towards total recall in industrial anomaly detection", arXiv 2106.08265). The most different patches of normal
 * references form a memory bank. The score of a patch is its distance to the nearest patch of the bank. The published
 * backbones are CNNs, but any backbone can be used.
 */
public final class PatchCoreDetector extends NormalOnlyDetector {
    /** The name of the method. */
    public static final String METHOD = "patchcore";

    /** Number of start rows in the authors' variant. */
    private static final int AUTHORS_STARTS = 10;

    /** Number of rows that are projected at a time. */
    private static final int PROJECTED = 1 << 14;

    private final PatchCoreConfig config;
    private final Supplier<Draws> draws;

    /** As {@link #PatchCoreDetector(FeatureExtractor, PatchCoreConfig)}, with the published settings of anomalib. */
    public PatchCoreDetector(FeatureExtractor extractor) {
        this(extractor, PatchCoreConfig.PUBLISHED);
    }

    /**
     * Creates a detector.
     *
     * @param extractor the backbone; used, not closed
     */
    public PatchCoreDetector(FeatureExtractor extractor, PatchCoreConfig config) {
        this(extractor, config, () -> Draws.seeded(config.variant(), config.seed()));
    }

    PatchCoreDetector(FeatureExtractor extractor, PatchCoreConfig config, Supplier<Draws> draws) {
        super(METHOD, extractor, config);
        this.config = config;
        this.draws = draws;
    }

    @Override
    protected Scorer fit(List<Reference> normal, Scope scope) {
        PatchEmbedding embedding = new PatchEmbedding(config);
        int width = embedding.width(extractor().width());
        // One array for all rows without copies, because the features of many tiles are large.
        FloatBuffer kept = FloatBuffer.allocate(
                Math.multiplyExact(normal.size() * extractor().patches(), width));
        features(
                normal.stream(),
                (features, ignored) ->
                        kept.put(IgnoredPixels.kept(embedding.of(features, extractor()), width, List.of(ignored))));
        float[] rows = kept.hasRemaining() ? Arrays.copyOf(kept.array(), kept.position()) : kept.array();
        int[] chosen = coreset(rows, width, scope);
        float[] bank = new float[chosen.length * width];
        for (int i = 0; i < chosen.length; i++) {
            System.arraycopy(rows, chosen[i] * width, bank, i * width, width);
        }
        Map<String, Object> record = record(normal.size());
        record.put("bankRows", chosen.length);
        return new FittedPatchCore(extractor(), config, record, new EuclideanBank(bank, width, scope), scope);
    }

    /**
     * Chooses the rows that are kept, in order of choice.
     *
     * @param rows {@code (n, width)}
     */
    int[] coreset(float[] rows, int width, Scope scope) {
        int n = rows.length / width;
        int count = Math.max(1, (int) (n * config.coreset()));
        Draws drawn = draws.get();
        float[] projection = drawn.projection(n, width);
        int components = projection == null ? width : projection.length / width;
        float[] projected = projection == null ? rows : projected(rows, width, projection, components, scope);
        if (config.variant() == PatchCoreVariant.ANOMALIB) {
            return Coreset.from(drawn.starts(n, 1)[0], projected, components, count);
        }
        int[] starts = drawn.starts(n, Math.min(AUTHORS_STARTS, n));
        float[] distances = new float[n];
        for (int row = 0; row < n; row++) {
            double sum = 0;
            for (int start : starts) {
                sum += Math.sqrt(EuclideanBank.squaredDistance(
                        projected, row * components, projected, start * components, components));
            }
            distances[row] = (float) (sum / starts.length);
        }
        return Coreset.select(projected, components, count, distances);
    }

    private static float[] projected(float[] rows, int width, float[] projection, int components, Scope scope) {
        float[] projected = new float[rows.length / width * components];
        for (int first = 0; first < rows.length; first += PROJECTED * width) {
            float[] some = Arrays.copyOfRange(rows, first, Math.min(rows.length, first + PROJECTED * width));
            int count = some.length / width;
            try (Scope local = scope.backend().scope()) {
                Tensor shorter = local.allocate(count, components);
                scope.backend()
                        .products()
                        .multiplyTransposed(
                                local.upload(some, count, width), local.upload(projection, components, width), shorter);
                System.arraycopy(shorter.toArray(), 0, projected, first / width * components, count * components);
            }
        }
        return projected;
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new PatchCoreDetector(other, config, draws);
    }
}
