package dev.ideal4j.eval.cli;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** Says in one line what is wrong with the command line, and where its help is. */
final class UsageLine implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = error.getMessage().replaceAll("\\s*\\R\\s*", " ");
        command.getErr().println(name + ": " + message + " ('" + name + " --help' shows how it is used)");
        return ExitCode.USAGE;
    }
}
