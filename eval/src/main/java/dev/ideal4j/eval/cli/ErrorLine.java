package dev.ideal4j.eval.cli;

import dev.ideal4j.core.Ideal4jException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says in one line what went wrong; the trace only when asked for. */
final class ErrorLine implements IExecutionExceptionHandler {
    private final IdealCommand root;

    ErrorLine(IdealCommand root) {
        this.root = root;
    }

    @Override
    public int handleExecutionException(Exception error, CommandLine command, ParseResult parsed) {
        command.getErr().println("ideal: " + describe(error).replaceAll("\\s*\\R\\s*", " "));
        if (root.verbose()) {
            error.printStackTrace(command.getErr());
        }
        return ExitCode.SOFTWARE;
    }

    private String describe(Exception error) {
        if (error instanceof Ideal4jException) {
            return error.getMessage();
        }
        String name = error.getClass().getSimpleName();
        String article = "AEIOU".indexOf(name.toUpperCase(Locale.ROOT).charAt(0)) >= 0 ? "an " : "a ";
        String hint = root.verbose() ? "" : " (--verbose shows where)";
        return "unexpectedly, " + article + name + ": " + error.getMessage() + hint;
    }
}
