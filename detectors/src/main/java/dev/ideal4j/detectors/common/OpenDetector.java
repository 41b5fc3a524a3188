package dev.ideal4j.detectors.common;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;

/**
 * A scorer whose calls keep it, its backbone and its backend open until they end: closing one of these waits for
 * them, and later calls throw {@link ClosedException}.
 */
public abstract class OpenDetector implements Scorer {
    private final Lifetime lifetime;
    private final Supplier<Lifetime.Call> needed;

    /**
     * A detector that is open.
     *
     * @param lifetime its own, or that of the whole of which it is a part
     * @param needed begins a call of what it computes with
     */
    protected OpenDetector(Lifetime lifetime, Supplier<Lifetime.Call> needed) {
        this.lifetime = lifetime;
        this.needed = needed;
    }

    /** The lifetime of what a method has fitted. */
    public static Lifetime lifetime(String method) {
        return new Lifetime("the fitted detector (" + method + ")");
    }

    /**
     * As {@link #score(List, List)}, while everything is open.
     *
     * @param ignored of each image the pixels that do not count, or null
     */
    protected abstract List<Anomaly> scoreOpen(List<RgbImage> images, List<Mask> ignored);

    /** Frees what {@link #close} frees; called once, when no call is under way. */
    protected abstract void free();

    /** Runs a call. */
    protected final <T> T during(Supplier<T> work) {
        return during(lifetime, needed, work);
    }

    /** Runs a call of something that has this lifetime and needs something else. */
    public static <T> T during(Lifetime lifetime, Supplier<Lifetime.Call> needed, Supplier<T> work) {
        Lifetime.Call call = lifetime.call(needed);
        try {
            return work.get();
        } finally {
            call.close();
        }
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
