package dev.ideal4j.cli;

import java.util.Arrays;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Checks values of options. A wrong value is a usage error whose message names the option as it was typed. */
record OptionRange(CommandSpec command) {
    /**
     * Checks that a number is in its range.
     *
     * @param name one of the option's names
     * @throws CommandLine.ParameterException if the number is less than {@code least}
     */
    OptionRange atLeast(String name, long least, long value) {
        return require(value >= least, name, value, least + " or more");
    }

    /**
     * Checks a value.
     *
     * @param name one of the option's names
     * @param expected what is accepted, in words
     * @throws CommandLine.ParameterException if {@code right} is false
     */
    OptionRange require(boolean right, String name, Object found, String expected) {
        if (!right) {
            throw new CommandLine.ParameterException(
                    command.commandLine(), typed(name) + ": found " + found + ", expected " + expected);
        }
        return this;
    }

    private String typed(String name) {
        CommandLine.ParseResult parsed = command.commandLine().getParseResult();
        return parsed.originalArgs().stream()
                .map(argument -> argument.replaceFirst("=.*", ""))
                .filter(argument ->
                        Arrays.asList(command.findOption(name).names()).contains(argument))
                .findFirst()
                .orElse(name);
    }
}
