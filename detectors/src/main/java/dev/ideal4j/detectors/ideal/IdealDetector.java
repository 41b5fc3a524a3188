package dev.ideal4j.detectors.ideal;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.BackboneDetector;
import dev.ideal4j.detectors.common.OpenDetector;
import dev.ideal4j.detectors.common.ReferenceCount;
import dev.ideal4j.detectors.common.ReferenceFeatures;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.KnownDefects;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.ide.RememberedDefects;
import dev.ideal4j.ide.ResidualPseudoMask;
import dev.ideal4j.nve.NormalVariationEraser;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * IDEAL (arXiv 2605.23231): intrinsic deviation learning. It takes any number of normal and of abnormal references, at least
 * one in all. Without abnormal references a patch is scored by its distance to the normal patches alone. Without normal
 * references, the patches of the abnormal images outside their masks replace the normal patches. With an encoder and without
 * normal references, a patch is scored by its similarity to the known defects alone, so a defect of another kind may score
 * low.
 */
public final class IdealDetector extends BackboneDetector {
    /** The name of the method. */
    public static final String METHOD = "ideal";

    private static final String ORIGIN_OF_KNOWN_DEFECTS = "known defects, no training";

    private final IdealConfig config;
    private final String origin;
    private final Scope scope;
    private final @Nullable Parameters parameters;
    private final @Nullable IntrinsicDeviationEncoder encoder;

    /**
     * @param vectors number of deviation vectors of the encoder; ignored without an encoder
     * @param parameters makes the encoder's parameters; null for a detector by {@link KnownDefects}
     */
    private IdealDetector(
            String origin,
            FeatureExtractor extractor,
            IdealConfig config,
            int vectors,
            @Nullable Function<Scope, Parameters> parameters) {
        super(METHOD, extractor, config);
        this.config = config;
        this.origin = origin;
        this.scope = Scope.on(extractor.backend());
        this.parameters = parameters == null ? null : OpenDetector.owning(scope, () -> parameters.apply(scope));
        this.encoder = parameters == null
                ? null
                : OpenDetector.owning(
                        scope,
                        () -> new IntrinsicDeviationEncoder(
                                this.parameters, vectors, extractor.width(), config.heads()));
    }

    /** As {@link #load(Path, FeatureExtractor, IdealConfig)}, with the published settings. */
    public static IdealDetector load(Path checkpoint, FeatureExtractor extractor) {
        return load(checkpoint, extractor, IdealConfig.PUBLISHED);
    }

    /**
     * Loads the encoder from a file: a published checkpoint ({@code .pth}), safetensors, or a TorchScript archive that
     * contains the encoder.
     *
     * @param extractor the backbone; used, not closed
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind, or damaged
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit the other tensors or the backbone
     */
    public static IdealDetector load(Path checkpoint, FeatureExtractor extractor, IdealConfig config) {
        try (WeightFile weights = Checkpoints.open(checkpoint)) {
            return of(weights, extractor, config);
        }
    }

    /**
     * Reads the encoder from weights with the published names.
     *
     * @param extractor the backbone; used, not closed
     * @throws InvalidInputException if a tensor is missing, or its shape does not fit the other tensors or the backbone
     */
    public static IdealDetector of(Weights weights, FeatureExtractor extractor, IdealConfig config) {
        EncoderWeights found = new EncoderWeights(weights);
        if (found.width() != extractor.width()) {
            throw new InvalidInputException(
                    weights.origin(),
                    "an encoder for features of width " + found.width(),
                    "the width of " + extractor.name() + ", " + extractor.width());
        }
        return new IdealDetector(
                weights.origin(), extractor, config, found.vectors(), scope -> Parameters.from(scope, found));
    }

    /** A detector that was fitted before. */
    static IdealDetector restore(Weights weights, FeatureExtractor extractor, IdealConfig config) {
        return weights.origin().equals(ORIGIN_OF_KNOWN_DEFECTS)
                ? knownDefects(extractor, config)
                : of(weights, extractor, config);
    }

    /**
     * Creates a detector without an encoder, which needs no checkpoint. Known defects raise the scores of patches that
     * deviate as the defects do ({@link KnownDefects}), and of patches that are much nearer to a patch of a defect than to
     * any normal patch ({@link RememberedDefects}). No score is lower than it would be without abnormal references.
     *
     * @param extractor the backbone; used, not closed
     */
    public static IdealDetector knownDefects(FeatureExtractor extractor) {
        return knownDefects(extractor, IdealConfig.PUBLISHED);
    }

    /** As {@link #knownDefects(FeatureExtractor)}, with settings; the heads and {@code orthonormal} have no effect. */
    public static IdealDetector knownDefects(FeatureExtractor extractor, IdealConfig config) {
        return new IdealDetector(ORIGIN_OF_KNOWN_DEFECTS, extractor, config, 0, null);
    }

    /**
     * Creates a detector with a random encoder of 45 vectors and published settings, to compare with a trained one. Its
     * scores are worse than those of {@link #knownDefects}.
     *
     * @param seed the same seed gives the same encoder
     */
    public static IdealDetector untrained(FeatureExtractor extractor, long seed) {
        return untrained(extractor, seed, IdealConfig.PUBLISHED);
    }

    /** As {@link #untrained(FeatureExtractor, long)}, with settings. */
    public static IdealDetector untrained(FeatureExtractor extractor, long seed, IdealConfig config) {
        return new IdealDetector(
                "untrained, seed " + seed,
                extractor,
                config,
                IntrinsicDeviationEncoder.PUBLISHED_VECTORS,
                scope -> Parameters.fresh(scope, seed));
    }

    @Override
    protected void describe(Map<String, Object> record) {
        record.put("weights", origin);
        super.describe(record);
        if (encoder != null) {
            record.put("vectors", encoder.vectors());
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>A defect that is too small for the network's input size marks no patch. If this holds for all abnormal references,
     * the encoder attends to all patches alike, as in the published implementation. Without an encoder the abnormal
     * references then have no effect.
     *
     * @throws InvalidInputException if the mask of an abnormal reference is empty; without normal references, if the masks
     *     leave no patch, or settings ask for pseudo-masks
     */
    @Override
    protected Scorer fit(References references, Scope fitted) {
        try (Scope local = fitted.backend().scope()) {
            if (references.normal().isEmpty() && config.pseudoMask()) {
                throw new InvalidInputException("references", "no normal image", "one or more: pseudo-masks need them");
            }
            ReferenceFeatures features = ReferenceFeatures.of(references, extractor(), config.pseudoMask(), local);
            List<PatchMask> masks = features.masks();
            NormalVariationEraser eraser = NormalVariationEraser.of(features.normal(), config.eraser(), fitted);
            boolean abnormal = !masks.isEmpty();
            Tensor vectors = abnormal && encoder != null
                    ? deviationVectors(encoder, features.abnormal(), masks, eraser, fitted)
                    : null;
            FittedIdeal.Taught defects = abnormal && encoder == null
                    ? knownDefects(features.abnormal(), references, masks, eraser, fitted)
                    : null;
            return new FittedIdeal(
                    extractor(), config, ReferenceCount.of(references), eraser, vectors, defects, fitted);
        }
    }

    /** Computes what the detector knows about the defects of the abnormal references, without an encoder. */
    private FittedIdeal.Taught knownDefects(
            Tensor features, References references, List<PatchMask> masks, NormalVariationEraser eraser, Scope scope) {
        try (Scope local = scope.backend().scope()) {
            NormalVariationEraser.Erased erased = eraser.erase(features, local);
            if (config.pseudoMask()) {
                List<PatchMask> found = ResidualPseudoMask.of(
                        erased.residuals(), extractor().gridRows(), extractor().gridColumns());
                return taught(features, erased, found, found, scope);
            }
            List<PatchMask> touched = new ArrayList<>();
            List<PatchMask> covered = new ArrayList<>();
            for (Reference known : references.of(Role.ABNORMAL)) {
                PatchMask mostly = PatchMask.covered(
                        Objects.requireNonNull(known.mask())
                                .resize(extractor().inputWidth(), extractor().inputHeight()),
                        extractor().patchSize());
                boolean[] ignored = ReferenceFeatures.ignored(known, extractor());
                boolean[] defective = new boolean[ignored.length];
                PatchMask mask = masks.get(touched.size());
                for (int i = 0; i < ignored.length; i++) {
                    defective[i] = mostly.marked(i) && !ignored[i];
                    ignored[i] |= mask.marked(i); // neither kind of patch shows how good patches deviate
                }
                touched.add(PatchMask.of(mask.rows(), mask.columns(), ignored));
                covered.add(PatchMask.of(mask.rows(), mask.columns(), defective));
            }
            return taught(features, erased, touched, covered, scope);
        }
    }

    private static FittedIdeal.Taught taught(
            Tensor features,
            NormalVariationEraser.Erased erased,
            List<PatchMask> touched,
            List<PatchMask> covered,
            Scope scope) {
        return new FittedIdeal.Taught(
                KnownDefects.of(erased.residuals(), erased.cosine(), touched, covered, scope),
                RememberedDefects.of(features, erased.cosine(), covered, scope));
    }

    /** The deviation vectors of the abnormal references, {@code (M, C)}. */
    private Tensor deviationVectors(
            IntrinsicDeviationEncoder encoder,
            Tensor features,
            List<PatchMask> masks,
            NormalVariationEraser eraser,
            Scope scope) {
        try (Scope local = scope.backend().scope()) {
            Tensor residuals = eraser.erase(features, local).residuals();
            List<PatchMask> used = config.pseudoMask()
                    ? ResidualPseudoMask.of(
                            residuals, extractor().gridRows(), extractor().gridColumns())
                    : masks;
            int rows = features.shape().rows();
            int width = features.shape().last();
            Tensor encoded = encoder.encode(
                    features.reshape(1, rows, width),
                    residuals.reshape(1, rows, width),
                    List.of(used),
                    MaskLayout.OWN,
                    local);
            Tensor vectors = scope.allocate(encoded.shape().axis(1), width);
            if (config.orthonormal()) {
                scope.backend()
                        .products()
                        .orthonormalize(encoded.reshape(vectors.shape().toArray()), vectors);
            } else {
                scope.backend().copy(encoded, vectors);
            }
            return vectors;
        }
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new IdealDetector(
                origin,
                other,
                config,
                encoder == null ? 0 : encoder.vectors(),
                parameters == null ? null : scope -> Parameters.from(scope, parameters));
    }

    @Override
    public Weights trained() {
        return parameters == null ? new ArrayWeights(origin) : parameters;
    }

    @Override
    protected void free() {
        scope.close();
    }
}
