package dev.ideal4j.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;

/**
 * The stream for notes and errors. The JVM warns of the Vector API's module on standard error at each start, and no option
 * turns that off. Therefore the launcher filters that stream, and passes the real stream as another descriptor.
 */
final class StandardError {
    /** System property that holds the number of the descriptor. */
    private static final String DESCRIPTOR = "ideal4j.stderr";

    private StandardError() {}

    static PrintStream open() {
        Integer number = Integer.getInteger(DESCRIPTOR);
        if (number == null) {
            return System.err;
        }
        try {
            // Opening /dev/fd/N instead would truncate a regular file, which standard output may write to as well.
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
