package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Ideal4jException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Prints an error in one line, and its trace only with {@code --verbose}. */
record ErrorLine(IdealCommand root) implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        return report(error, command.getErr());
    }

    /** Prints the error. Returns the exit code. */
    int report(Throwable error, PrintWriter err) {
        err.println(line(describe(error)));
        if (root.verbose()) {
            error.printStackTrace(err);
        }
        err.flush();
        return ExitCode.SOFTWARE;
    }

    /** The line of an error message. */
    static String line(String message) {
        return "ideal: " + message.replaceAll("\\s*\\R\\s*", " ");
    }

    private String describe(Throwable error) {
        if (error instanceof Ideal4jException) {
            return error.getMessage();
        }
        if (error instanceof UncheckedIOException unchecked) {
            return describe(unchecked.getCause());
        }
        if (error instanceof IOException cause) {
            return describe(cause);
        }
        if (error instanceof OutOfMemoryError) {
            return "out of memory: Java may use " + (Runtime.getRuntime().maxMemory() >> 20)
                    + " MiB; a smaller --size needs less, IDEAL4J_JAVA_OPTIONS=-Xmx8g allows more"
                    + (root.verbose() ? "" : " (--verbose shows where)");
        }
        return "this is a fault in ideal4j, please report it: " + error
                + (root.verbose() ? "" : " (--verbose shows where)");
    }

    private static String describe(IOException error) {
        String file = error instanceof FileSystemException named ? named.getFile() : null;
        return FileAccessException.of(file == null ? "input or output" : file, error)
                .getMessage();
    }
}
