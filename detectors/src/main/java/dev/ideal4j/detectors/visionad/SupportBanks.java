package dev.ideal4j.detectors.visionad;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.common.Coreset;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.MemoryBank;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import dev.ideal4j.detectors.visionad.PixelViews.Query;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A product's memory banks, one for each view of the queries. A bank contains the patches of the references and of their
 * augmented copies. Immutable and thread-safe.
 */
final class SupportBanks {
    /** Number of images that are processed at a time. */
    private static final int CHUNK = 8;

    /** Number of components by which rows are compared when a coreset is chosen. */
    private static final int PROJECTED = 128;

    private static final float NORM_EPS = 1e-12f;

    private final PixelExtractor extractor;
    private final PixelViews views;
    private final List<MemoryBank> banks;

    SupportBanks(PixelExtractor extractor, List<MemoryBank> banks) {
        this.extractor = extractor;
        this.views = views(extractor);
        this.banks = List.copyOf(banks);
    }

    private static PixelViews views(PixelExtractor extractor) {
        return new PixelViews(extractor.inputHeight(), extractor.inputWidth());
    }

    /** The views of queries; each has its own bank. */
    static List<Query> queries(VisionAdConfig config) {
        return config.queryAugmentation() ? List.of(Query.values()) : List.of(Query.PLAIN);
    }

    /**
     * Makes the banks from references.
     *
     * @param scope owns the banks
     */
    static SupportBanks of(PixelExtractor extractor, VisionAdConfig config, List<Reference> images, Scope scope) {
        List<MemoryBank> banks = new ArrayList<>();
        for (Query query : queries(config)) {
            if (config.coreset() == 1) {
                banks.add(bank(extractor, config, query, images, scope));
            } else {
                try (Scope local = scope.backend().scope()) {
                    MemoryBank whole = bank(extractor, config, query, images, local);
                    banks.add(reduced(whole, config.coreset(), scope));
                }
            }
        }
        return new SupportBanks(extractor, banks);
    }

    private static MemoryBank bank(
            PixelExtractor extractor, VisionAdConfig config, Query query, List<Reference> images, Scope scope) {
        PixelViews views = views(extractor);
        List<UnaryOperator<float[]>> changes = changes(views, config);
        List<float[]> ignored = ignored(extractor, config, query, images);
        long rows = 0;
        for (float[] patches : ignored) {
            for (float patch : patches) {
                rows += patch == 0 ? 1 : 0;
            }
        }
        int next = 0;
        try (MemoryBank.Builder builder = new MemoryBank.Builder(rows, extractor.width(), scope)) {
            for (UnaryOperator<float[]> change : changes) {
                for (int first = 0; first < images.size(); first += CHUNK) {
                    List<RgbImage> some = images.subList(first, Math.min(images.size(), first + CHUNK)).stream()
                            .map(Reference::image)
                            .toList();
                    float[] pixels = change.apply(views.query(query, extractor.pixels(some)));
                    try (Scope local = scope.backend().scope()) {
                        Tensor features = extractor.features(pixels, some.size(), local);
                        for (int i = 0; i < some.size(); i++) {
                            add(features.slice(i, 1), ignored.get(next++), builder, local);
                        }
                    }
                }
            }
            return builder.build();
        }
    }

    /** The augmentations of references; the first leaves them unchanged. */
    private static List<UnaryOperator<float[]>> changes(PixelViews views, VisionAdConfig config) {
        List<UnaryOperator<float[]>> changes = new ArrayList<>(List.of(UnaryOperator.identity()));
        changes.addAll(config.supportAugmentation() ? views.support() : List.of());
        return changes;
    }

    /** For each augmented image, in the order of the bank: 1 for patches that do not count, 0 for others. */
    private static List<float[]> ignored(
            PixelExtractor extractor, VisionAdConfig config, Query query, List<Reference> images) {
        PixelViews views = new PixelViews(extractor.gridRows(), extractor.gridColumns());
        List<float[]> ignored = new ArrayList<>();
        for (UnaryOperator<float[]> change : changes(views, config)) {
            for (Reference image : images) {
                float[] patches = new float[extractor.patches()];
                if (image.ignored() != null) {
                    boolean[] out = IgnoredPixels.of(image.ignored(), extractor).patches();
                    for (int i = 0; i < out.length; i++) {
                        patches[i] = out[i] ? 1 : 0;
                    }
                }
                ignored.add(change.apply(views.query(query, patches)));
            }
        }
        return ignored;
    }

    private static void add(Tensor features, float[] ignored, MemoryBank.Builder builder, Scope scope) {
        boolean[] out = new boolean[ignored.length];
        boolean all = true;
        for (int i = 0; i < out.length; i++) {
            out[i] = ignored[i] != 0;
            all &= !out[i];
        }
        if (all) {
            builder.add(features);
            return;
        }
        int width = features.shape().last();
        float[] kept = IgnoredPixels.kept(features.toArray(), width, List.of(out));
        builder.add(scope.upload(kept, kept.length / width, width));
    }

    /** A bank of the rows that differ most by cosine. */
    private static MemoryBank reduced(MemoryBank whole, double share, Scope scope) {
        Backend backend = scope.backend();
        int size = Math.toIntExact(whole.size());
        int count = Math.max(1, (int) (share * size));
        int numbers = Math.min(PROJECTED, whole.width());
        float[] projected = new float[Math.multiplyExact(size, numbers)];
        try (Scope local = backend.scope()) {
            Tensor projection = local.upload(Coreset.projection(whole.width(), numbers, 0), numbers, whole.width());
            int at = 0;
            for (Tensor part : whole.parts()) {
                try (Scope inner = backend.scope()) {
                    Tensor normalised = inner.allocate(part.shape());
                    backend.normalization().l2(part, NORM_EPS, normalised);
                    Tensor shorter = inner.allocate(part.shape().axis(0), numbers);
                    backend.products().multiplyTransposed(normalised, projection, shorter);
                    float[] values = shorter.toArray();
                    System.arraycopy(values, 0, projected, at, values.length);
                    at += values.length;
                }
            }
        }
        int[] chosen = Coreset.from(0, projected, numbers, count);
        Arrays.sort(chosen);
        try (MemoryBank.Builder builder = new MemoryBank.Builder(count, whole.width(), scope)) {
            int first = 0;
            int next = 0;
            for (Tensor part : whole.parts()) {
                int rows = part.shape().axis(0);
                float[] values = part.toArray();
                float[] kept = new float[values.length];
                int some = 0;
                for (; next < count && chosen[next] < first + rows; next++, some++) {
                    int from = (chosen[next] - first) * whole.width();
                    System.arraycopy(values, from, kept, some * whole.width(), whole.width());
                }
                first += rows;
                if (some > 0) {
                    try (Scope local = backend.scope()) {
                        float[] only = Arrays.copyOf(kept, some * whole.width());
                        builder.add(local.upload(only, some, whole.width()));
                    }
                }
            }
            return builder.build();
        }
    }

    List<MemoryBank> banks() {
        return banks;
    }

    /** Draws {@link #distances} of the image, {@code (1, N)}. */
    Tensor draw(DetectorGraph graph) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        String sum = null;
        for (int i = 0; i < banks.size(); i++) {
            Query query = Query.values()[i];
            String pixels =
                    switch (query) {
                        case PLAIN -> graph.pixels();
                        case FLIPPED -> upsideDown(graph, graph.pixels(), 2);
                        case CLAMPED -> graph.apply("Relu", graph.pixels());
                    };
            String cosines = banks.get(i).draw(graph, graph.features(pixels), 1);
            cosines = graph.reshape(cosines, rows, columns);
            if (query == Query.FLIPPED) {
                cosines = upsideDown(graph, cosines, 0);
            }
            String distances = graph.apply("Sub", graph.graph().constant(1f), cosines);
            sum = sum == null ? distances : graph.apply("Add", sum, distances);
        }
        return graph.backend().tensor(graph.reshape(sum, 1, (long) rows * columns), 1, rows * columns);
    }

    private static String upsideDown(DetectorGraph graph, String value, int axis) {
        OnnxGraph to = graph.graph();
        return to.apply(
                "Slice", value, to.integers(-1), to.integers(Integer.MIN_VALUE), to.integers(axis), to.integers(-1));
    }

    /**
     * The distance {@code 1 − cosine} of each patch to the nearest row, summed over the views.
     *
     * @param pixels {@code (count, 3, h, w)} as the extractor gives them
     * @param scope owns the result
     * @return {@code (count, N)}
     */
    Tensor distances(float[] pixels, int count, Scope scope) {
        int rows = extractor.gridRows();
        int columns = extractor.gridColumns();
        float[] sum = new float[count * rows * columns];
        List<Query> queries = List.of(Query.values()).subList(0, banks.size());
        for (Query query : queries) {
            float[] cosines;
            try (Scope local = scope.backend().scope()) {
                Tensor features = extractor.features(views.query(query, pixels), count, local);
                cosines = banks.get(query.ordinal()).nearest(features);
            }
            if (query == Query.FLIPPED) {
                cosines = PixelViews.flipRows(cosines, rows, columns);
            }
            for (int i = 0; i < sum.length; i++) {
                sum[i] += 1 - cosines[i];
            }
        }
        return scope.upload(sum, count, rows * columns);
    }
}
