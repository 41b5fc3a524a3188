package dev.ideal4j.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Prints in one line what is wrong with the command line, and how to get help. */
final class UsageLine implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException error, String[] args) {
        CommandLine command = error.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        String message = describe(error, command).replaceAll("\\s*\\R\\s*", " ");
        command.getErr().println(name + ": " + message + " ('" + name + " --help' shows how it is used)");
        return ExitCode.USAGE;
    }

    private static String describe(ParameterException error, CommandLine command) {
        if (error instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().get(0);
            List<String> near = unmatched.getSuggestions().stream().limit(2).toList();
            boolean isCommand = !command.getSubcommands().isEmpty() && !first.startsWith("-");
            return (isCommand ? "no command " : "no option or argument ")
                    + first
                    + (near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?");
        }
        if (error instanceof MissingParameterException missing) {
            ArgSpec argument = missing.getMissing().get(0);
            String greedy = greedy(command);
            if (argument.isPositional() && greedy != null) {
                return argument.paramLabel() + " is missing: " + greedy
                        + " takes all arguments up to the next option; put -- before " + argument.paramLabel();
            }
        }
        return error.getMessage();
    }

    /** A given option that takes any number of arguments, or null. */
    private static String greedy(CommandLine command) {
        return command.getCommandSpec().options().stream()
                .filter(option ->
                        option.arity().max() > 1 && !option.stringValues().isEmpty())
                .map(option -> option.longestName())
                .findFirst()
                .orElse(null);
    }
}
