package dev.ideal4j.dist;

import static java.util.stream.Collectors.joining;

import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The manual page {@code ideal(1)}: all commands with their options. */
final class ManualPage {
    private ManualPage() {}

    /** In troff, with the macros of man. */
    static String of(CommandLine ideal, String version) {
        StringBuilder page = new StringBuilder();
        page.append(".TH IDEAL 1 \"\" \"ideal4j " + version
                + "\"\n.SH NAME\nideal \\- few-shot visual anomaly detection\n");
        page.append(".SH SYNOPSIS\n.B ideal\n.I COMMAND\n[options]\n.SH DESCRIPTION\n");
        page.append(escaped(description(ideal)) + "\n.SH COMMANDS\n");
        ideal.getSubcommands().forEach((name, command) -> append(page, "ideal " + name, command));
        page.append(".SH EXIT STATUS\n");
        ideal.getCommandSpec()
                .usageMessage()
                .exitCodeList()
                .forEach((code, meaning) -> page.append(".TP\n.B " + code + "\n" + escaped(meaning) + "\n"));
        page.append(".SH ENVIRONMENT\n.TP\n.B JAVA_HOME\nThe Java to use, 17 or newer.\n");
        page.append(".TP\n.B IDEAL4J_JAVA_OPTIONS\nMore options for the JVM.\n");
        return page.append(".TP\n.B IDEAL4J_BACKEND\nThe backend: cpu, opencl or cuda.\n")
                .toString();
    }

    private static void append(StringBuilder page, String name, CommandLine command) {
        page.append(".SS " + escaped(name) + "\n" + escaped(description(command)) + "\n");
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            entry(page, parameter.paramLabel(), parameter);
        }
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
                entry(page, String.join(", ", option.names()) + value, option);
            }
        }
        command.getSubcommands().forEach((sub, below) -> append(page, name + " " + sub, below));
    }

    private static void entry(StringBuilder page, String term, ArgSpec argument) {
        page.append(".TP\n.B " + escaped(term) + "\n" + escaped(text(argument)) + "\n");
    }

    /** The description of an option as help has it, with its values filled in. */
    static String text(ArgSpec argument) {
        Iterable<String> values = argument.completionCandidates();
        String text = String.join(" ", argument.description())
                .replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValueString(true)))
                .replace("${COMPLETION-CANDIDATES}", values == null ? "" : String.join(", ", values));
        return plain(text);
    }

    private static String description(CommandLine command) {
        return plain(String.join(" ", command.getCommandSpec().usageMessage().description()));
    }

    private static String plain(String text) {
        return Ansi.OFF
                .string(String.format(text.replaceAll("%(?![n%])", "%%")))
                .replaceAll("\\s+", " ");
    }

    private static String escaped(String text) {
        String ascii = text.replace("\\", "\\e").replace("-", "\\-").replaceAll("(?m)^([.'])", "\\\\&$1");
        return ascii.codePoints()
                .mapToObj(c -> c < 128 ? Character.toString(c) : String.format("\\[u%04X]", c))
                .collect(joining());
    }
}
