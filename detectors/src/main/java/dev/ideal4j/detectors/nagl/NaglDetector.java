package dev.ideal4j.detectors.nagl;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.BackboneDetector;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.ReferenceCount;
import dev.ideal4j.detectors.common.ReferenceFeatures;
import dev.ideal4j.ide.AttendedPatches;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * NAGL (arXiv 2510.00495): normal-abnormal guided generalist anomaly detection. It takes any number of normal and of abnormal
 * references, at least one in all. Without abnormal references a patch is scored by its distance to the normal patches alone.
 * Without normal references, the patches of the abnormal references outside their masks replace the normal patches, and a
 * patch is scored by its similarity to the anomaly proxies alone.
 */
public final class NaglDetector extends BackboneDetector {
    /** The name of the method. */
    public static final String METHOD = "nagl";

    private final NaglConfig config;
    private final String origin;
    private final Scope scope;
    private final Parameters parameters;
    private final NaglHead head;

    private NaglDetector(
            String origin,
            FeatureExtractor extractor,
            NaglConfig config,
            int proxies,
            Function<Scope, Parameters> parameters) {
        super(METHOD, extractor, config);
        this.origin = origin;
        this.config = config;
        this.scope = Scope.on(extractor.backend());
        this.parameters = OpenDetector.owning(scope, () -> parameters.apply(scope));
        this.head = OpenDetector.owning(
                scope, () -> new NaglHead(this.parameters, proxies, extractor.width(), config.heads()));
    }

    /** As {@link #load(Path, FeatureExtractor, NaglConfig)}, with the published settings. */
    public static NaglDetector load(Path checkpoint, FeatureExtractor extractor) {
        return load(checkpoint, extractor, NaglConfig.PUBLISHED);
    }

    /**
     * Loads the head from a file: a published checkpoint ({@code .pth}) or safetensors.
     *
     * @param extractor the backbone; used, not closed
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind, or damaged
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit the other tensors or the backbone
     */
    public static NaglDetector load(Path checkpoint, FeatureExtractor extractor, NaglConfig config) {
        try (WeightFile weights = Checkpoints.open(checkpoint)) {
            return of(weights, extractor, config);
        }
    }

    /**
     * Reads the head from weights with the published names, with or without the prefix {@code module.}.
     *
     * @param extractor the backbone; used, not closed
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit the other tensors or the backbone
     */
    public static NaglDetector of(Weights weights, FeatureExtractor extractor, NaglConfig config) {
        Weights found = NaglHead.find(weights);
        int proxies = NaglHead.proxies(found);
        int width = NaglHead.width(found);
        if (width != extractor.width()) {
            throw new InvalidInputException(
                    weights.origin(),
                    "a head for features of width " + width,
                    "the width of " + extractor.name() + ", " + extractor.width());
        }
        return new NaglDetector(weights.origin(), extractor, config, proxies, scope -> Parameters.from(scope, found));
    }

    /**
     * Creates a detector with a random head of 25 proxies and published settings, to compare with a trained one.
     *
     * @param seed the same seed gives the same head
     */
    public static NaglDetector untrained(FeatureExtractor extractor, long seed) {
        return untrained(extractor, seed, NaglConfig.PUBLISHED);
    }

    /** As {@link #untrained(FeatureExtractor, long)}, with settings. */
    public static NaglDetector untrained(FeatureExtractor extractor, long seed, NaglConfig config) {
        return new NaglDetector(
                "untrained, seed " + seed,
                extractor,
                config,
                NaglHead.PUBLISHED_PROXIES,
                scope -> Parameters.fresh(scope, seed));
    }

    @Override
    protected void describe(Map<String, Object> record) {
        record.put("weights", origin);
        super.describe(record);
        record.put("proxies", head.proxies());
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if the mask of an abnormal reference is empty; without normal references, if the masks
     *     leave no patch
     */
    @Override
    protected Scorer fit(References references, Scope fitted) {
        try (Scope local = fitted.backend().scope()) {
            ReferenceFeatures features = ReferenceFeatures.of(references, extractor(), false, local);
            NormalTable normal = new NormalTable(features.normal(), fitted);
            FittedNagl.Guide guide = features.masks().isEmpty()
                    ? null
                    : FittedNagl.Guide.of(parameters, mine(features, normal, fitted), config, fitted);
            return new FittedNagl(extractor(), config, ReferenceCount.of(references), normal, guide, fitted);
        }
    }

    /** The residual proxies of the abnormal references, {@code (P, C)}. */
    private Tensor mine(ReferenceFeatures features, NormalTable normal, Scope scope) {
        AttendedPatches patches = AttendedPatches.of(List.of(features.masks()), MaskLayout.OWN, config.heads());
        try (Tape tape = Tape.inference(scope.backend())) {
            int rows = features.abnormal().shape().rows();
            Tensor abnormal = patches.select(
                    features.abnormal().reshape(1, rows, extractor().width()), tape.scope());
            Tensor residuals = tape.scope().allocate(abnormal.shape());
            normal.residuals(abnormal, residuals);
            Tensor mined = head.mine(tape, abnormal, residuals, patches).value();
            Tensor proxies = scope.allocate(head.proxies(), extractor().width());
            scope.backend().copy(mined, proxies);
            return proxies;
        }
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new NaglDetector(origin, other, config, head.proxies(), scope -> Parameters.from(scope, parameters));
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
