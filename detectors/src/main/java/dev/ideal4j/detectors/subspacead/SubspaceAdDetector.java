package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Scope;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References.Reference;
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
 * SubspaceAD (arXiv 2602.23013): the patches of normal references and of many turned copies span a subspace by principal
 * component analysis, and what the subspace cannot reproduce of a patch is its score. There is no memory bank: the fit holds
 * the mean and the covariance, whatever the number of references.
 */
public final class SubspaceAdDetector extends NormalOnlyDetector {
    /** The name of the method. */
    public static final String METHOD = "subspacead";

    private final SubspaceAdConfig config;
    private final Function<Reference, double[]> angles;

    /** As {@link #SubspaceAdDetector(FeatureExtractor, SubspaceAdConfig)}, with the published settings. */
    public SubspaceAdDetector(FeatureExtractor extractor) {
        this(extractor, SubspaceAdConfig.PUBLISHED);
    }

    /**
     * A detector.
     *
     * @param extractor the backbone; used, not closed
     */
    public SubspaceAdDetector(FeatureExtractor extractor, SubspaceAdConfig config) {
        this(extractor, config, reference -> drawn(reference, config));
    }

    SubspaceAdDetector(FeatureExtractor extractor, SubspaceAdConfig config, Function<Reference, double[]> angles) {
        super(METHOD, extractor, config);
        this.config = config;
        this.angles = angles;
    }

    /** An image has the same angles whichever references are beside it, so that known copies stay known. */
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
        return new FittedSubspaceAd(extractor(), config, record, subspace, scope);
    }

    /** The axes of the references and their copies. */
    PrincipalAxes axes(List<Reference> normal, Scope scope) {
        int width = extractor().width();
        Moments moments = new Moments(width);
        features(
                normal.stream().flatMap(this::withCopies),
                (features, ignored) -> moments.add(IgnoredPixels.kept(features, width, List.of(ignored)), scope));
        return PrincipalAxes.of(moments, config.components(), config.explainedVariance());
    }

    private Stream<Reference> withCopies(Reference reference) {
        return Stream.concat(
                Stream.of(reference),
                DoubleStream.of(angles.apply(reference)).mapToObj(angle -> TurnedCopy.of(reference, angle)));
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new SubspaceAdDetector(other, config, angles);
    }
}
