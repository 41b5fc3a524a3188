package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * The stream for results. A write that fails ends the command with an error, because {@link PrintWriter} would hide the
 * {@link IOException} and the command would end with success.
 */
final class StandardOutput extends OutputStream {
    private final OutputStream to;

    private StandardOutput(OutputStream to) {
        this.to = to;
    }

    /** The standard output of the process. */
    static PrintWriter open() {
        return to(new FileOutputStream(FileDescriptor.out));
    }

    /** Writes UTF-8 to a stream; {@code println}, {@code printf} and {@code flush} throw {@link FileAccessException}. */
    static PrintWriter to(OutputStream stream) {
        return new PrintWriter(new OutputStreamWriter(new StandardOutput(stream), StandardCharsets.UTF_8), true);
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
        try {
            to.write(bytes, from, count);
        } catch (IOException e) {
            throw FileAccessException.of("standard output", e);
        }
    }

    @Override
    public void flush() {
        try {
            to.flush();
        } catch (IOException e) {
            throw FileAccessException.of("standard output", e);
        }
    }
}
