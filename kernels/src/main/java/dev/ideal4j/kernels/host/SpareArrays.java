package dev.ideal4j.kernels.host;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Arrays of closed scopes, for scopes to come. A network needs arrays of the same lengths for each image. Without reuse
 * the garbage collector copies these large arrays and the JVM clears new ones, which takes a tenth of the time of a
 * job. The garbage collector frees spare arrays when the heap is nearly full.
 */
final class SpareArrays {
    /** Elements of the shortest array that is kept. */
    static final int SHORTEST = 1 << 13;

    /** By length; the length that was used least recently is the first. */
    private final Map<Integer, Deque<SoftReference<float[]>>> spare = new LinkedHashMap<>(16, 0.75f, true);

    private long elements;

    /** Removes and returns a spare array, or returns null. The content of the array is arbitrary. */
    synchronized float[] take(int length) {
        Deque<SoftReference<float[]>> arrays = length < SHORTEST ? null : spare.get(length);
        while (arrays != null && !arrays.isEmpty()) {
            elements -= length;
            float[] array = arrays.pop().get();
            if (array != null) {
                return array;
            }
        }
        return null;
    }

    /**
     * Keeps an array that nobody uses any more, and drops others until they have {@code most} elements or fewer.
     */
    synchronized void give(float[] array, long most) {
        if (array.length < SHORTEST) {
            return;
        }
        spare.computeIfAbsent(array.length, none -> new ArrayDeque<>()).push(new SoftReference<>(array));
        elements += array.length;
        var lengths = spare.entrySet().iterator();
        while (elements > most) {
            var oldest = lengths.next();
            while (elements > most && !oldest.getValue().isEmpty()) {
                oldest.getValue().removeLast();
                elements -= oldest.getKey();
            }
            if (oldest.getValue().isEmpty()) {
                lengths.remove();
            }
        }
    }

    /** Drops all arrays. */
    synchronized void clear() {
        spare.clear();
        elements = 0;
    }
}
