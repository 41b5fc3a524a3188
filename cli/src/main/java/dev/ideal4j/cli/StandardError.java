package dev.ideal4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * Where notes and errors go. On its own standard error the JVM warns of the Vector API's module at each start, and nothing
 * turns that off; so the launcher filters that stream, and hands the real one over as another descriptor.
 */
final class StandardError {
    /** System property: the descriptor's number. */
    private static final String DESCRIPTOR = "ideal4j.stderr";

    private StandardError() {}

    static PrintStream open() {
        Integer number = Integer.getInteger(DESCRIPTOR);
        if (number == null) {
            return System.err;
        }
        try {
            // Opening /dev/fd/N instead would start a regular file over, beside what standard output writes there.
            Constructor<FileDescriptor> descriptor = FileDescriptor.class.getDeclaredConstructor(int.class);
            descriptor.setAccessible(true);
            FileOutputStream stream = new FileOutputStream(descriptor.newInstance(number));
            return new PrintStream(stream, true, StandardCharsets.UTF_8);
        } catch (ReflectiveOperationException | RuntimeException e) {
            System.out.println("ideal: no standard error: " + e);
            return System.err;
        }
    }
}
