package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.BackboneDetector;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.OpenDetector;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * FDSL: feature discrepancy guided score learning. Every patch is compared with the most similar reference patch, in several
 * layers of the network. Small trained classifiers judge how abnormal the difference is. FDSL needs normal references and
 * ignores abnormal ones.
 *
 * <p>The image score is the published probability p. The published evaluation also adds the maximum of the map, scaled over
 * all images of a product; see {@link FdslScores#overProduct}.
 */
public final class FdslDetector extends BackboneDetector {
    /** The name of the method. */
    public static final String METHOD = "fdsl";

    private final FdslConfig config;
    private final String origin;
    private final int layers;
    private final Scope scope;
    private final Parameters parameters;

    private FdslDetector(
            String origin,
            FeatureExtractor extractor,
            FdslConfig config,
            int layers,
            Function<Scope, Parameters> parameters) {
        super(METHOD, extractor, config);
        this.origin = origin;
        this.config = config;
        this.layers = layers;
        FittedFdsl.windows(extractor, config);
        this.scope = Scope.on(extractor.backend());
        this.parameters = OpenDetector.owning(scope, () -> {
            Parameters read = parameters.apply(scope);
            new FdslHead(read, layers, extractor.width() / layers, config); // checks the shapes
            return read;
        });
    }

    /** The number of layers that a backbone's features come from. */
    static int layers(FeatureExtractor extractor) {
        return extractor.layers();
    }

    /**
     * The published settings; without windows if the backbone cannot {@linkplain PixelExtractor#encodes encode} windows.
     *
     * @param extractor the backbone
     */
    public static FdslConfig published(FeatureExtractor extractor) {
        return extractor instanceof PixelExtractor pixels && pixels.encodes()
                ? FdslConfig.PUBLISHED
                : FdslConfig.PUBLISHED.with(FdslConfig.Windows.NONE);
    }

    /**
     * Loads the trained part from a file: a published checkpoint, or a checkpoint of this library.
     *
     * @param extractor the backbone; used, not closed
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind, or damaged
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit the other tensors or the backbone, or
     *     the backbone does not fit the settings
     */
    public static FdslDetector load(Path checkpoint, FeatureExtractor extractor, FdslConfig config) {
        try (WeightFile weights = Checkpoints.open(checkpoint)) {
            return of(weights, extractor, config);
        }
    }

    /**
     * Reads the trained part from weights with the published names.
     *
     * @param extractor the backbone; used, not closed
     * @throws InvalidInputException as for {@link #load}
     */
    public static FdslDetector of(Weights weights, FeatureExtractor extractor, FdslConfig config) {
        Weights head = FdslHead.unwrapped(weights);
        int layers = FdslHead.layers(head);
        if (layers == 0) {
            throw new InvalidInputException(
                    weights.origin(), "no tensor clsList.0.proj.0.weight", "the trained part of FDSL");
        }
        if (layers * FdslHead.channels(head) != extractor.width()) {
            throw new InvalidInputException(
                    weights.origin(),
                    "classifiers for " + layers + " layers of width " + FdslHead.channels(head),
                    "as many as " + extractor.name() + " gives, " + extractor.width() + " channels in all");
        }
        return new FdslDetector(weights.origin(), extractor, config, layers, scope -> Parameters.from(scope, head));
    }

    /**
     * Creates an untrained detector with random weights. Its scores are meaningless.
     *
     * @param extractor the backbone; used, not closed
     * @param seed the same seed gives the same weights
     */
    public static FdslDetector untrained(FeatureExtractor extractor, long seed, FdslConfig config) {
        return new FdslDetector(
                "untrained, seed " + seed,
                extractor,
                config,
                layers(extractor),
                scope -> Parameters.fresh(scope, seed));
    }

    @Override
    protected void describe(Map<String, Object> record) {
        record.put("weights", origin);
        super.describe(record);
        record.put("layers", layers);
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if there is no normal reference
     */
    @Override
    protected Scorer fit(References references, Scope fitted) {
        List<RgbImage> normal = IgnoredPixels.painted(references).normal();
        if (normal.isEmpty()) {
            throw new InvalidInputException("references", "no normal image", "one or more: FDSL compares with them");
        }
        ArrayWeights tokens = new ArrayWeights("references");
        try (Scope local = fitted.backend().scope()) {
            List<Tensor> whole =
                    LayerTokens.of(extractor().features(normal, local), layers, config.unitTokens(), local);
            for (int layer = 0; layer < layers; layer++) {
                ReferenceMemory.putWhole(tokens, layer, whole.get(layer));
            }
        }
        if (config.windows() != FdslConfig.Windows.NONE && config.windowBank()) {
            addWindows(normal, tokens);
        }
        return new FittedFdsl(extractor(), config, normal.size(), parameters, tokens, fitted);
    }

    /** Adds the tokens of the references' windows. */
    private void addWindows(List<RgbImage> normal, ArrayWeights tokens) {
        WindowFeatures windows = FittedFdsl.windows(extractor(), config);
        int count = windows.windows().count();
        int channels = extractor().width() / layers;
        int each = config.windowGrid() * config.windowGrid() * channels;
        float[][] rows = new float[layers][Math.multiplyExact(normal.size() * count, each)];
        float[][] embeddings = new float[normal.size() * count][];
        for (int i = 0; i < normal.size(); i++) {
            int before = i * count;
            float[] pixels = ((PixelExtractor) extractor()).pixels(normal.subList(i, i + 1));
            windows.forEach(pixels, (first, found, embedded, scope) -> {
                for (int layer = 0; layer < layers; layer++) {
                    float[] values = found.get(layer).toArray();
                    System.arraycopy(values, 0, rows[layer], (before + first) * each, values.length);
                }
                for (int j = 0; j < embedded.shape().axis(0); j++) {
                    embeddings[before + first + j] = embedded.slice(j, 1).toArray();
                }
            });
        }
        for (int layer = 0; layer < layers; layer++) {
            ReferenceMemory.putWindows(tokens, layer, rows[layer], channels);
        }
        if (config.imageIndex()) {
            addEmbeddings(embeddings, tokens);
        }
    }

    private void addEmbeddings(float[][] embeddings, ArrayWeights tokens) {
        int width = embeddings[0].length;
        if (width == 0) {
            throw new InvalidInputException(
                    "image index", "backbone " + extractor().name() + " without image embedding", "CLIP's projection");
        }
        float[] all = new float[embeddings.length * width];
        for (int i = 0; i < embeddings.length; i++) {
            System.arraycopy(embeddings[i], 0, all, i * width, width);
        }
        ReferenceMemory.putEmbeddings(tokens, all, width);
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new FdslDetector(origin, other, config, layers, scope -> Parameters.from(scope, parameters));
    }

    @Override
    public Weights trained() {
        return parameters;
    }

    @Override
    protected void free() {
        scope.close();
    }
}
