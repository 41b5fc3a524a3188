package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.Moments;
import dev.ideal4j.detectors.common.NormalOnlyDetector;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * SubspaceAD (arXiv 2602.23013). Principal component analysis of the patches of normal references and of many rotated copies
 * gives a subspace. The score of a patch is its residual with respect to the subspace. There is no memory bank: the fit needs
 * only the mean and the covariance, whatever the number of references.
 */
public final class SubspaceAdDetector extends NormalOnlyDetector {
    /** The name of the method. */
    public static final String METHOD = "subspacead";

    private final SubspaceAdConfig config;
    private final Function<Reference, double[]> angles;
    private final KnownMoments known;

    /** The backbone without a store of features, for rotated copies. */
    private final FeatureExtractor network;

    /** As {@link #SubspaceAdDetector(FeatureExtractor, SubspaceAdConfig)}, with the published settings. */
    public SubspaceAdDetector(FeatureExtractor extractor) {
        this(extractor, SubspaceAdConfig.PUBLISHED);
    }

    /**
     * Creates a detector.
     *
     * @param extractor the backbone; used, not closed
     */
    public SubspaceAdDetector(FeatureExtractor extractor, SubspaceAdConfig config) {
        this(extractor, config, reference -> drawn(reference, config));
    }

    SubspaceAdDetector(FeatureExtractor extractor, SubspaceAdConfig config, Function<Reference, double[]> angles) {
        this(extractor, extractor, config, angles, new KnownMoments(Map.of()));
    }

    private SubspaceAdDetector(
            FeatureExtractor extractor,
            FeatureExtractor network,
            SubspaceAdConfig config,
            Function<Reference, double[]> angles,
            KnownMoments known) {
        super(METHOD, extractor, config);
        this.network = network;
        this.config = config;
        this.angles = angles;
        this.known = known;
    }

    /** Draws the angles of an image. They do not depend on other references, so that known moments stay valid. */
    private static double[] drawn(Reference reference, SubspaceAdConfig config) {
        Random random = new Random(config.seed() * 31 + reference.image().hashCode());
        return random.doubles(config.rotations())
                .map(share -> share * config.largestRotation())
                .toArray();
    }

    @Override
    protected Scorer fit(List<Reference> normal, Scope scope) {
        Subspace subspace = new Subspace(axes(normal, scope), config.drop(), config.patchScore(), scope);
        Map<String, Object> record = record(normal.size());
        record.put("subspaceComponents", subspace.components());
        Weights learnt = config.rotations() > 0 && StoredFeatures.inUse(extractor()) ? known.of(normal) : null;
        return new FittedSubspaceAd(extractor(), config, record, subspace, learnt, scope);
    }

    /** Computes the axes of the references and their rotated copies. */
    PrincipalAxes axes(List<Reference> normal, Scope scope) {
        Moments all = new Moments(extractor().width());
        for (Reference reference : normal) {
            features(extractor(), Stream.of(reference), all, scope);
            if (config.rotations() > 0) {
                all.add(
                        StoredFeatures.inUse(extractor())
                                ? known.get(reference, () -> copies(reference, scope))
                                : copies(reference, scope));
            }
        }
        return PrincipalAxes.of(all, config.components(), config.explainedVariance());
    }

    /** The moments of the rotated copies of a reference. The copies' features are not stored, because the moments suffice. */
    private Moments copies(Reference reference, Scope scope) {
        Moments copies = new Moments(extractor().width());
        Stream<Reference> turned =
                DoubleStream.of(angles.apply(reference)).mapToObj(angle -> TurnedCopy.of(reference, angle));
        features(network, turned, copies, scope);
        return copies.rounded();
    }

    private static void features(FeatureExtractor from, Stream<Reference> references, Moments to, Scope scope) {
        features(
                from,
                references,
                (features, ignored) -> to.add(IgnoredPixels.kept(features, from.width(), List.of(ignored)), scope));
    }

    @Override
    public Scorer restored(References references, Weights learnt) {
        if (learnt != null) {
            known.read(references.of(Role.NORMAL), learnt, extractor().width());
        }
        return scorer(references);
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        FeatureExtractor plain = StoredFeatures.inUse(other) ? network : other;
        return new SubspaceAdDetector(other, plain, config, angles, known.next());
    }
}
