package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A scorer whose calls keep the scorer, its backbone and its backend open until they end. Closing one of these waits for
 * the calls, and later calls throw {@link ClosedException}.
 */
public abstract class OpenDetector implements Scorer {
    private final Lifetime lifetime;
    private final Supplier<Lifetime.Call> needed;
    private final Map<String, Object> config;
    private final Scope scope;

    /**
     * Creates an open detector.
     *
     * @param lifetime lifetime of the scorer, or of the whole if the scorer is a part
     * @param needed begins a call of the backbone or backend that the scorer uses
     * @param config for records; not copied
     * @param scope owner of the scorer's memory; closed with the scorer
     */
    protected OpenDetector(Lifetime lifetime, Supplier<Lifetime.Call> needed, Map<String, Object> config, Scope scope) {
        this.lifetime = lifetime;
        this.needed = needed;
        this.config = Collections.unmodifiableMap(config);
        this.scope = scope;
    }

    /**
     * Describes a scorer for records.
     *
     * @param fit what the fit found, for example numbers of references
     */
    protected static Map<String, Object> config(
            String method, FeatureExtractor extractor, Map<String, ?> fit, Record settings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("method", method);
        map.put("backbone", extractor.name());
        map.putAll(fit);
        map.putAll(RecordSettings.toMap(settings));
        return map;
    }

    /** Creates the lifetime of a fitted detector. */
    public static Lifetime lifetime(String method) {
        return new Lifetime("the fitted detector (" + method + ")");
    }

    /**
     * As {@link #score(List, List)}; the scorer and its backbone stay open during the call.
     *
     * @param ignored for each image the pixels that do not count, or null
     */
    protected abstract List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored);

    /** Closes the scope of the scorer; called once by {@link #close}, when no call is under way. */
    protected void free() {
        scope.close();
    }

    @Override
    public final Map<String, Object> config() {
        return config;
    }

    /** Runs work as a call of this scorer. */
    protected final <T> T during(Supplier<T> work) {
        return lifetime.call(needed).compute(work);
    }

    /** Runs work whose result owns a scope; closes the scope if the work fails. */
    public static <T> T owning(Scope scope, Supplier<T> work) {
        try {
            return work.get();
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    @Override
    public final List<Anomaly> score(List<RgbImage> images) {
        return score(images, Collections.nCopies(images.size(), null));
    }

    @Override
    public final List<Anomaly> score(List<RgbImage> images, List<Mask> ignored) {
        return during(() -> scoreOpen(images, ignored));
    }

    @Override
    public final void close() {
        lifetime.close(this::free);
    }
}
