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
 * The moments of the rotated copies of references, kept instead of the copies' features. Only moments that a fit used are
 * passed on to the next fit. Thread-safe.
 */
final class KnownMoments {
    private final Map<Key, Moments> before;
    private final Map<Key, Moments> used = new ConcurrentHashMap<>();

    /** The inputs that determine moments. */
    private record Key(RgbImage image, Mask ignored) {}

    KnownMoments(Map<Key, Moments> before) {
        this.before = before;
    }

    private static Key key(Reference reference) {
        return new Key(reference.image(), reference.ignored());
    }

    /** The moments that the next fit knows. */
    KnownMoments next() {
        return new KnownMoments(Map.copyOf(used));
    }

    /** The moments of a reference's copies. They are computed if they are not known. */
    Moments get(Reference reference, Supplier<Moments> computed) {
        Key key = key(reference);
        Moments found = used.get(key);
        if (found == null) {
            found = before.containsKey(key) ? before.get(key) : computed.get();
            used.put(key, found);
        }
        return found;
    }

    /** The moments of the copies of references that a fit has used, for a file. */
    Weights of(List<Reference> references) {
        ArrayWeights weights = new ArrayWeights("moments of turned copies");
        for (int i = 0; i < references.size(); i++) {
            used.get(key(references.get(i))).write(i + ".", weights);
        }
        return weights;
    }

    /** Reads moments that {@link #of} gave. */
    void read(List<Reference> references, Weights weights, int width) {
        for (int i = 0; i < references.size(); i++) {
            used.put(key(references.get(i)), Moments.read(i + ".", weights, width));
        }
    }
}
