package dev.ideal4j.spark;

import dev.ideal4j.core.Ideal4jException;
import picocli.CommandLine;

/** Runs the programs for {@code spark-submit}. An error is printed as one line on standard error. */
final class Programs {
    private Programs() {}

    /** Runs a program and returns its exit code: 0, 1 for a failure, 2 for wrong usage. */
    static int run(Object program, String... args) {
        CommandLine line = new CommandLine(program);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            if (!(error instanceof Ideal4jException)) {
                throw error;
            }
            command.getErr().println("error: " + error.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        return line.execute(args);
    }
}
