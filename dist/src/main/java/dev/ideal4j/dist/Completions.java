package dev.ideal4j.dist;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Scripts by which shells complete commands and options. For bash picocli has one. */
final class Completions {
    private Completions() {}

    /** For zsh: a function for a folder of {@code fpath}. */
    static String zsh(CommandLine ideal) {
        StringBuilder script = new StringBuilder("#compdef ideal\nlocal -a commands=(\n");
        ideal.getSubcommands()
                .forEach((name, command) -> script.append("  '" + name + ":" + zshText(summary(command)) + "'\n"));
        script.append(
                ")\nif (( CURRENT == 2 )); then\n  _describe command commands\n  return\nfi\ncase $words[2] in\n");
        ideal.getSubcommands().forEach((name, command) -> script.append("  " + name + ")\n    _arguments \\\n")
                .append(options(command).map(Completions::zshOption).collect(joining()))
                .append("      '*:file:_files'\n    ;;\n"));
        return script.append("esac\n").toString();
    }

    private static String zshOption(OptionSpec option) {
        String value = option.arity().max() == 0
                ? ""
                : values(option).isEmpty()
                        ? ":" + zshText(label(option)) + ":_files"
                        : ":" + zshText(label(option)) + ":(" + String.join(" ", values(option)) + ")";
        return Arrays.stream(option.names())
                .map(name -> "      '*" + name + "[" + zshText(summary(option)) + "]" + value + "' \\\n")
                .collect(joining());
    }

    private static String zshText(String text) {
        return text.replaceAll("['\\[\\]:\\\\`$]", "");
    }

    /** For fish. */
    static String fish(CommandLine ideal) {
        StringBuilder script = new StringBuilder();
        ideal.getSubcommands()
                .forEach((name, command) -> script.append("complete -c ideal -f -n __fish_use_subcommand -a " + name
                        + " -d " + quoted(summary(command)) + "\n"));
        for (Map.Entry<String, CommandLine> command : ideal.getSubcommands().entrySet()) {
            options(command.getValue()).forEach(option -> {
                script.append("complete -c ideal -n '__fish_seen_subcommand_from " + command.getKey() + "'");
                for (String name : option.names()) {
                    script.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
                }
                if (option.arity().max() > 0) {
                    List<String> values = values(option);
                    script.append(values.isEmpty() ? " -r" : " -x -a " + quoted(String.join(" ", values)));
                }
                script.append(" -d " + quoted(summary(option)) + "\n");
            });
        }
        return script.toString();
    }

    /** For PowerShell: to be run in a profile. */
    static String powerShell(CommandLine ideal) {
        StringBuilder script = new StringBuilder("$idealOptions = @{\n");
        ideal.getSubcommands()
                .forEach((name, command) -> script.append("  '" + name + "' = @("
                        + options(command)
                                .flatMap(option -> Arrays.stream(option.names()))
                                .map(Completions::quoted)
                                .collect(joining(", "))
                        + ")\n"));
        return script.append("""
                        }
                        Register-ArgumentCompleter -Native -CommandName ideal, ideal.bat -ScriptBlock {
                          param($word, $line, $position)
                          $words = @($line.CommandElements | ForEach-Object { "$_" })
                          $known = if ($words.Count -gt 2 -or ($words.Count -eq 2 -and $word -eq '')) {
                            $idealOptions[$words[1]]
                          } else {
                            $idealOptions.Keys | Sort-Object
                          }
                          $known | Where-Object { $_ -like "$word*" } | ForEach-Object {
                            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                          }
                        }
                        """).toString();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "").replace("\\", "") + "'";
    }

    private static Stream<OptionSpec> options(CommandLine command) {
        return command.getCommandSpec().options().stream().filter(option -> !option.hidden());
    }

    private static List<String> values(ArgSpec option) {
        List<String> values = new ArrayList<>();
        if (option.completionCandidates() != null) {
            option.completionCandidates().forEach(values::add);
        }
        return values;
    }

    private static String label(ArgSpec option) {
        return option.paramLabel().replaceAll("[<>\\[\\].]", "");
    }

    private static String summary(CommandLine command) {
        return firstSentence(
                String.join(" ", command.getCommandSpec().usageMessage().description()));
    }

    private static String summary(OptionSpec option) {
        return firstSentence(ManualPage.text(option));
    }

    private static String firstSentence(String text) {
        return text.replaceAll("\\s+", " ").replaceAll("\\. .*", ".").strip();
    }
}
