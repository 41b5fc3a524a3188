package dev.ideal4j.core.support;

import java.lang.ref.Cleaner;
import java.util.function.BooleanSupplier;

/**
 * Frees the resources of an object that a program forgot to close, once the object is unreachable. If the system
 * property {@value #PROPERTY} is set, it also logs a warning with the stack trace of the place where the object was
 * opened. Recording the stack trace costs some microseconds for each object.
 */
public final class Watch {
    /** System property: {@code true} to log a warning for each object that was never closed. */
    public static final String PROPERTY = "ideal4j.warn-unclosed";

    private static final Cleaner CLEANER = Cleaner.create();

    private final Action action;
    private final Cleaner.Cleanable cleanable;

    private Watch(Object object, Action action) {
        this.action = action;
        this.cleanable = CLEANER.register(object, action);
    }

    /**
     * Watches an object.
     *
     * @param object the object; its own close method must call {@link #close}
     * @param what name of the object in the warning; null for no warning
     * @param free frees the resources and returns whether there was anything to free; must not refer to the object
     */
    public static Watch over(Object object, String what, BooleanSupplier free) {
        Throwable opened = what != null && Boolean.getBoolean(PROPERTY) ? new Throwable("opened here") : null;
        return new Watch(object, new Action(what, free, opened));
    }

    /**
     * Frees the resources because the object is being closed; they are freed only once. Exceptions of {@code free} are
     * passed on.
     */
    public void close() {
        action.inTime = true;
        cleanable.clean();
    }

    private static final class Action implements Runnable {
        private final String what;
        private final BooleanSupplier free;
        private final Throwable opened;
        private volatile boolean inTime;

        Action(String what, BooleanSupplier free, Throwable opened) {
            this.what = what;
            this.free = free;
            this.opened = opened;
        }

        @Override
        public void run() {
            boolean wasOpen = free.getAsBoolean();
            if (wasOpen && !inTime && opened != null) {
                Warnings.warn(Watch.class, what + " was never closed; the garbage collector has freed it", opened);
            }
        }
    }
}
