package dev.ideal4j.core.support;

import dev.ideal4j.core.OutOfDeviceMemoryException;

/** Work on many items, some at a time, and fewer at a time where the device has too little memory. */
public final class Chunks {
    private Chunks() {}

    /** Work on some items. */
    @FunctionalInterface
    public interface Work {
        /**
         * Works on neighbouring items. It keeps nothing if it throws an {@link OutOfDeviceMemoryException}, because it is
         * then called again with half as many.
         *
         * @param first number of the first item, from 0
         * @param count number of items, 1 or more
         */
        void on(int first, int count);
    }

    /**
     * Runs work on all items, in order.
     *
     * @param most largest number of items at a time, 1 or more
     * @throws OutOfDeviceMemoryException if the memory does not suffice for a single item
     */
    public static void run(int most, int count, Work work) {
        int size = most;
        for (int first = 0; first < count; ) {
            int some = Math.min(size, count - first);
            try {
                work.on(first, some);
                first += some;
            } catch (OutOfDeviceMemoryException e) {
                if (some == 1) {
                    throw e;
                }
                size = some / 2;
            }
        }
    }
}
