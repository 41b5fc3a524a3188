package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A detector over a frozen backbone, which stays open during the detector's calls. Immutable and thread-safe. */
public abstract class BackboneDetector implements FewShotDetector {
    private final Lifetime lifetime;
    private final String method;
    private final FeatureExtractor extractor;
    private final Record settings;

    /**
     * Creates a detector.
     *
     * @param method name of the method
     * @param extractor the backbone; used, not closed
     * @param settings settings of the method, for records
     */
    protected BackboneDetector(String method, FeatureExtractor extractor, Record settings) {
        this.lifetime = new Lifetime("the detector " + method);
        this.method = method;
        this.extractor = extractor;
        this.settings = settings;
    }

    /**
     * Fits to references. The backbone stays open during the call.
     *
     * @param scope scope of the fitted tensors; the returned scorer closes it
     */
    protected abstract Scorer fit(References references, Scope scope);

    /** The same method with the same settings over another backbone. */
    protected abstract FewShotDetector over(FeatureExtractor other);

    /** Adds to the record what stands between the method and its settings: the backbone. */
    protected void describe(Map<String, Object> record) {
        record.put("backbone", extractor.name());
    }

    /** Frees the detector's memory; called once by {@link #close}, when no call is under way. */
    protected void free() {}

    /** Runs work as a call of this detector and its backbone. */
    protected final <T> T during(Supplier<T> work) {
        return lifetime.call(extractor::use).compute(work);
    }

    @Override
    public final String name() {
        return method;
    }

    /** The settings, for records; a new map. */
    protected final Map<String, Object> record() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", method);
        describe(map);
        map.putAll(RecordSettings.toMap(settings));
        return map;
    }

    @Override
    public final Map<String, Object> config() {
        return Collections.unmodifiableMap(record());
    }

    @Override
    public final Scorer scorer(References references, TrainingListener listener) {
        return during(() -> {
            Scope scope = Scope.on(extractor.backend());
            return OpenDetector.owning(scope, () -> fit(references, scope));
        });
    }

    @Override
    public final FeatureExtractor extractor() {
        return extractor;
    }

    @Override
    public final FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        return during(() -> over(change.apply(extractor)));
    }

    @Override
    public Weights trained() {
        return new ArrayWeights(method + ", which has no trained part");
    }

    @Override
    public final void close() {
        lifetime.close(this::free);
    }
}
