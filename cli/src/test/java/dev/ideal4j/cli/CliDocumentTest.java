package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** {@code docs/cli.md} is the help of the commands; {@code -Ddocs.update=true} writes it again. */
class CliDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/cli.md");

    @Test
    void isWhatTheCommandsSay() throws IOException {
        StringBuilder text =
                new StringBuilder("# The command line\n\nThis page has the output of `ideal COMMAND --help`. Results "
                        + "go to standard output, everything else to\nstandard error. Exit codes: 0 done, 1 failed (a line gives "
                        + "the reason, and `--verbose` adds the stack trace), 2 usage error.\n");
        for (String command : commands("", IdealCommand.withEverything())) {
            text.append("\n## ideal ")
                    .append(command)
                    .append("\n\n```\n")
                    .append(help(command))
                    .append("```\n");
        }
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(DOCUMENT, text);
        }
        assertThat(Files.readString(DOCUMENT))
                .as("docs/cli.md; mvn -pl cli -am test -Dtest=CliDocumentTest -Ddocs.update=true updates it")
                .isEqualTo(text.toString());
    }

    /** All commands, each before its own. */
    private static List<String> commands(String prefix, CommandLine line) {
        List<String> commands = new ArrayList<>();
        line.getSubcommands().forEach((name, sub) -> {
            if (!name.equals("help")) {
                commands.add(prefix + name);
                commands.addAll(commands(prefix + name + " ", sub));
            }
        });
        return commands;
    }

    private static String help(String command) {
        StringWriter out = new StringWriter();
        String[] arguments = (command + " --help").split(" ");
        assertThat(IdealCommand.run(new PrintWriter(out), new PrintWriter(out), arguments))
                .isZero();
        return out.toString().replaceAll("[ \t]+(?=\\R)", "").replace("\r\n", "\n");
    }
}
