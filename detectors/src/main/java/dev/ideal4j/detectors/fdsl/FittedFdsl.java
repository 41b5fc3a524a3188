package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.nn.SeparableResize;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.OpenDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** FDSL's scoring, one image at a time. */
final class FittedFdsl extends OpenDetector {
    private final FeatureExtractor extractor;
    private final FdslConfig config;
    private final FdslScorer scorer;
    private final ReferenceMemory memory;
    private final WindowFeatures windows;
    private final int layers;

    /**
     * @param head the head's weights, with published names; copied
     * @param tokens tokens of the references, in the form that {@link ReferenceMemory} reads; kept
     * @param scope owns the head and the references; closed with this detector
     */
    FittedFdsl(
            FeatureExtractor extractor, FdslConfig config, int references, Weights head, Weights tokens, Scope scope) {
        super(
                lifetime(FdslDetector.METHOD),
                extractor::use,
                config(FdslDetector.METHOD, extractor, Map.of("normalReferences", references), config),
                scope);
        this.extractor = extractor;
        this.config = config;
        this.layers = FdslHead.layers(head);
        this.windows = windows(extractor, config);
        int channels = extractor.width() / layers;
        FdslHead made = new FdslHead(Parameters.from(scope, head), layers, channels, config);
        this.scorer = new FdslScorer(made, config, extractor.gridRows(), extractor.gridColumns());
        this.memory = new ReferenceMemory(tokens, layers, channels, config, scope);
    }

    /**
     * Returns null without windows.
     *
     * @throws InvalidInputException if the settings ask for windows and the backbone cannot encode them
     */
    static WindowFeatures windows(FeatureExtractor extractor, FdslConfig config) {
        if (config.windows() == FdslConfig.Windows.NONE) {
            return null;
        }
        if (extractor instanceof PixelExtractor pixels && pixels.encodes()) {
            return new WindowFeatures(pixels, config);
        }
        throw new InvalidInputException(
                "windows of FDSL",
                "backbone " + extractor.name() + ", which takes whole images alone",
                "a CLIP network, or no windows");
    }

    @Override
    protected List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored) {
        List<Anomaly> anomalies = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            Mask mask = ignored.get(i);
            IgnoredPixels out = mask == null ? null : IgnoredPixels.of(mask, extractor);
            boolean[] patches = out == null ? null : out.patches();
            RgbImage image = mask == null ? images.get(i) : mask.hide(images.get(i));
            FdslScorer.Scored scored =
                    switch (config.windows()) {
                        case NONE -> whole(image, patches);
                        case ONLY -> byWindows(image, patches);
                        case MERGED -> whole(image, patches).mixed(byWindows(image, patches), config.windowWeight());
                    };
            if (!Float.isFinite(scored.probability())) {
                throw new InvalidInputException(
                        extractor.name(), "features that give a score of " + scored.probability(), "finite features");
            }
            ScoreMap map = new ScoreMap(config.mapSize(), config.mapSize(), scored.map());
            float[] found = out == null ? scored.patches() : out.levelled(scored.patches());
            anomalies.add(new Anomaly(
                    scored.probability(),
                    out == null ? map : out.zeroed(map),
                    new ScoreMap(extractor.gridColumns(), extractor.gridRows(), found)));
        }
        return anomalies;
    }

    private FdslScorer.Scored whole(RgbImage image, boolean[] ignored) {
        try (Scope local = extractor.backend().scope()) {
            List<Tensor> tokens =
                    LayerTokens.of(extractor.features(List.of(image), local), layers, config.unitTokens(), local);
            List<Tensor> differences = new ArrayList<>();
            for (int layer = 0; layer < layers; layer++) {
                differences.add(memory.whole(layer).differences(tokens.get(layer), config.absolute(), local));
            }
            return scorer.whole(differences, ignored);
        }
    }

    private FdslScorer.Scored byWindows(RgbImage image, boolean[] ignored) {
        float[] pixels = ((PixelExtractor) extractor).pixels(List.of(image));
        try (Scope local = extractor.backend().scope()) {
            List<float[]> maps = config.imageIndex() ? indexed(pixels, local) : direct(pixels, local);
            List<float[]> merged = new ArrayList<>();
            for (float[] map : maps) {
                merged.add(windows.windows().merge(atWindowSize(map, local)));
            }
            return scorer.merged(merged, ignored, local);
        }
    }

    private List<float[]> emptyMaps() {
        List<float[]> maps = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            maps.add(new float[windows.windows().count() * config.windowGrid() * config.windowGrid()]);
        }
        return maps;
    }

    /** Scores the windows of an image batch by batch. */
    private List<float[]> direct(float[] pixels, Scope scope) {
        List<float[]> maps = emptyMaps();
        windows.forEach(pixels, (first, tokens, embeddings, local) -> {
            for (int layer = 0; layer < layers; layer++) {
                PatchBank bank = memory.forWindows(layer, null, scope);
                score(layer, first, tokens.get(layer), bank, maps.get(layer), local);
            }
        });
        return maps;
    }

    /** Scores the windows of an image all at once, because the embeddings of all windows choose the bank. */
    private List<float[]> indexed(float[] pixels, Scope scope) {
        List<float[]> maps = emptyMaps();
        int each = config.windowGrid() * config.windowGrid();
        int channels = extractor.width() / layers;
        List<Tensor> all = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            all.add(scope.allocate(windows.windows().count() * each, channels));
        }
        Tensor embedded = scope.allocate(windows.windows().count(), memory.embeddingWidth());
        windows.forEach(pixels, (first, tokens, embeddings, local) -> {
            int count = embeddings.shape().axis(0);
            scope.backend().copy(embeddings, embedded.slice(first, count));
            for (int layer = 0; layer < layers; layer++) {
                scope.backend().copy(tokens.get(layer), all.get(layer).slice(first * each, count * each));
            }
        });
        float[] chooses = embedded.toArray();
        for (int layer = 0; layer < layers; layer++) {
            try (Scope local = scope.backend().scope()) {
                PatchBank bank = memory.forWindows(layer, chooses, local);
                score(layer, 0, all.get(layer), bank, maps.get(layer), local);
            }
        }
        return maps;
    }

    private void score(int layer, int firstWindow, Tensor tokens, PatchBank bank, float[] map, Scope scope) {
        Tensor differences = bank.differences(tokens, config.absolute(), scope);
        float[] scores = scorer.discrepancies(layer, differences);
        int each = config.windowGrid() * config.windowGrid();
        System.arraycopy(scores, 0, map, firstWindow * each, scores.length);
    }

    /** Resizes the maps of resized windows back to the windows' own size. */
    private float[] atWindowSize(float[] maps, Scope scope) {
        int from = config.windowGrid();
        int to = config.windowSize();
        if (from == to) {
            return maps;
        }
        try (Tape tape = Tape.inference(scope.backend())) {
            Tensor small = tape.scope().upload(maps, maps.length / (from * from), from, from);
            SeparableResize resize = SeparableResize.alignedBilinear(from, from, to, to, tape.scope());
            return resize.apply(tape.constant(small)).value().toArray();
        }
    }
}
