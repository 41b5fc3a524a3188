package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.IgnoredPixels;
import dev.ideal4j.detectors.common.NormalOnlyDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * AnomalyDINO ("Boosting patch-based few-shot anomaly detection with DINOv2", arXiv 2405.14529). The patches of normal
 * references and of their rotated copies form a memory bank. The score of a patch is its distance to the nearest patch of the
 * bank. Optionally, a mask computed from an image's own features excludes its background.
 */
public final class AnomalyDinoDetector extends NormalOnlyDetector {
    /** The name of the method. */
    public static final String METHOD = "anomalydino";

    private static final double WHOLE_TURN = 360;

    private final AnomalyDinoConfig config;

    /** As {@link #AnomalyDinoDetector(FeatureExtractor, AnomalyDinoConfig)}, with the published settings. */
    public AnomalyDinoDetector(FeatureExtractor extractor) {
        this(extractor, AnomalyDinoConfig.PUBLISHED);
    }

    /**
     * Creates a detector.
     *
     * @param extractor the backbone; used, not closed
     */
    public AnomalyDinoDetector(FeatureExtractor extractor, AnomalyDinoConfig config) {
        super(METHOD, extractor, config);
        this.config = config;
    }

    /** A reference and its rotated copies. */
    private Stream<Reference> turned(Reference reference) {
        return IntStream.range(0, config.rotations())
                .mapToObj(i -> TurnedImage.turn(reference, i * WHOLE_TURN / config.rotations()));
    }

    /**
     * {@inheritDoc}
     *
     * @throws InvalidInputException if the masks leave no patch of the references
     */
    @Override
    protected Scorer fit(List<Reference> normal, Scope scope) {
        int width = extractor().width();
        List<float[]> kept = new ArrayList<>();
        features(normal.stream().flatMap(this::turned), (features, ignored) -> {
            if (config.maskReferences()) {
                boolean[] object = config.mask()
                        .of(features, extractor().gridRows(), extractor().gridColumns(), scope);
                for (int i = 0; i < ignored.length; i++) {
                    ignored[i] |= !object[i];
                }
            }
            kept.add(IgnoredPixels.kept(features, width, List.of(ignored)));
        });
        if (kept.stream().allMatch(rows -> rows.length == 0)) {
            throw new InvalidInputException("references", "masks that leave no patch", "a lower mask threshold");
        }
        PatchBank bank = PatchBank.of(kept, width, config.metric(), config.neighbours(), scope);
        Map<String, Object> record = record(normal.size());
        record.put("bankRows", bank.size());
        return new FittedAnomalyDino(extractor(), config, record, bank, scope);
    }

    @Override
    protected FewShotDetector over(FeatureExtractor other) {
        return new AnomalyDinoDetector(other, config);
    }
}
