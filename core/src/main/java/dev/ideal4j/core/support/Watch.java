package dev.ideal4j.core.support;

import java.lang.ref.Cleaner;
import java.util.function.BooleanSupplier;

/**
 * Frees what a program forgot to close: when the object that should have been closed has become unreachable. With the system
 * property {@value #PROPERTY} it also warns, with the stack trace of where the object was opened; taking that trace costs
 * some microseconds for each object.
 */
public final class Watch {
    /** System property: {@code true} to warn of what was never closed. */
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
     * @param object closed by its user, who calls {@link #close} then
     * @param what names it in the warning; null to never warn
     * @param free must not refer to the object; says whether there was anything left to free
     */
    public static Watch over(Object object, String what, BooleanSupplier free) {
        Throwable opened = what != null && Boolean.getBoolean(PROPERTY) ? new Throwable("opened here") : null;
        return new Watch(object, new Action(what, free, opened));
    }

    /** Frees, once, because the object is being closed. Throws what freeing throws. */
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
