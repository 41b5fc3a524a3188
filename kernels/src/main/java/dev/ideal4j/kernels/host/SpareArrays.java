package dev.ideal4j.kernels.host;

import java.lang.ref.SoftReference;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
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

    /** Arrays of a length are dropped after so many arrays of other lengths, some dozens of images. */
    static final int PATIENCE = 1 << 12;

    /** The spare arrays of one length. */
    private static final class Shelf {
        private final Deque<SoftReference<float[]>> arrays = new ArrayDeque<>();
        private long used;
    }

    /** By length; the length that was used least recently is the first. */
    private final Map<Integer, Shelf> shelves = new LinkedHashMap<>(16, 0.75f, true);

    private long elements;
    private long given;

    /** Removes and returns a spare array, or returns null. The content of the array is arbitrary. */
    synchronized float[] take(int length) {
        Shelf shelf = length < SHORTEST ? null : shelves.get(length);
        while (shelf != null && !shelf.arrays.isEmpty()) {
            elements -= length;
            float[] array = shelf.arrays.pop().get();
            if (array != null) {
                return array;
            }
        }
        return null;
    }

    /**
     * Keeps an array that nobody uses any more. Drops lengths that have not been used for long, and others until the arrays
     * have {@code most} elements or fewer.
     */
    synchronized void give(float[] array, long most) {
        if (array.length < SHORTEST) {
            return;
        }
        Shelf own = shelves.computeIfAbsent(array.length, none -> new Shelf());
        own.arrays.push(new SoftReference<>(array));
        own.used = ++given;
        elements += array.length;
        Iterator<Map.Entry<Integer, Shelf>> oldest = shelves.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Integer, Shelf> entry = oldest.next();
            Shelf shelf = entry.getValue();
            boolean stale = given - shelf.used > PATIENCE;
            if (!stale && elements <= most) {
                return;
            }
            while (!shelf.arrays.isEmpty() && (stale || elements > most)) {
                shelf.arrays.removeLast();
                elements -= entry.getKey();
            }
            if (shelf.arrays.isEmpty()) {
                oldest.remove();
            }
        }
    }

    /** Drops all arrays. */
    synchronized void clear() {
        shelves.clear();
        elements = 0;
    }
}
