package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.common.Moments;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The moments of the copies of references that a fitted detector knows, in place of the copies' features. Only what a fit used
 * is handed on to the next. Thread-safe.
 */
final class KnownMoments {
    private final Map<Key, Moments> before;
    private final Map<Key, Moments> used = new ConcurrentHashMap<>();

    /** What moments depend on. */
    private record Key(RgbImage image, Mask ignored) {}

    KnownMoments(Map<Key, Moments> before) {
        this.before = before;
    }

    private static Key key(Reference reference) {
        return new Key(reference.image(), reference.ignored());
    }

    /** What the next fit knows. */
    KnownMoments next() {
        return new KnownMoments(Map.copyOf(used));
    }

    /** The moments of a reference's copies; computed if they are not known. */
    Moments get(Reference reference, Supplier<Moments> computed) {
        Key key = key(reference);
        Moments found = used.get(key);
        if (found == null) {
            found = before.containsKey(key) ? before.get(key) : computed.get();
            used.put(key, found);
        }
        return found;
    }

    /** The moments of the copies of references that are known, for a file. */
    Weights of(List<Reference> references) {
        ArrayWeights weights = new ArrayWeights("moments of turned copies");
        for (int i = 0; i < references.size(); i++) {
            used.get(key(references.get(i))).write(i + ".", weights);
        }
        return weights;
    }

    /** What {@link #of} gave. */
    void read(List<Reference> references, Weights weights, int width) {
        for (int i = 0; i < references.size(); i++) {
            used.put(key(references.get(i)), Moments.read(i + ".", weights, width));
        }
    }
}
