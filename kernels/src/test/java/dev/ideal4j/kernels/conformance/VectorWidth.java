package dev.ideal4j.kernels.conformance;

import org.opentest4j.TestAbortedException;

/** The vector width that the CPU backend is forced to by the system property {@value #PROPERTY}. */
final class VectorWidth {
    static final String PROPERTY = "ideal4j.vector.bits";

    private VectorWidth() {}

    /** The forced width in bits, 0 for plain loops; null if none is. */
    static Integer forced() {
        return Integer.getInteger(PROPERTY);
    }

    /** Skips the calling test, with its reason, if the forced width is not native here: it would run, but emulated. */
    static void assumeNative() {
        int bits = forced() == null ? 0 : forced();
        if (bits > widest()) {
            String reason = PROPERTY + "=" + bits + ", but the widest native vectors of this JVM on this "
                    + "processor have " + widest() + " bits";
            throw new TestAbortedException(reason);
        }
    }

    /** The widest vectors that the JVM maps to the CPU's registers, or 0 without the Vector API. */
    private static int widest() {
        try {
            Class<?> shapes = Class.forName("jdk.incubator.vector.VectorShape");
            Object preferred = shapes.getMethod("preferredShape").invoke(null);
            return (int) shapes.getMethod("vectorBitSize").invoke(preferred);
        } catch (ClassNotFoundException e) {
            return 0;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
