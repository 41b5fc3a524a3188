package dev.ideal4j.cli;

import dev.ideal4j.cli.weights.FetchException;
import dev.ideal4j.cli.weights.WeightCatalogue;
import dev.ideal4j.cli.weights.WeightEntry;
import dev.ideal4j.cli.weights.WeightFetcher;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "weights",
        description = "List and download published weights. Nothing is ever downloaded unasked.",
        subcommands = {WeightsCommand.Names.class, WeightsCommand.Fetch.class},
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
final class WeightsCommand {
    @Command(name = "list", description = "List the weights that can be fetched.", mixinStandardHelpOptions = true)
    static final class Names implements Runnable {
        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            for (WeightEntry entry : WeightCatalogue.entries()) {
                String state = WeightCatalogue.find(entry.name())
                        .map(file -> "fetched: " + file)
                        .orElse("not fetched");
                spec.commandLine()
                        .getOut()
                        .printf("%-22s %s; %s; %s%n", entry.name(), entry.description(), entry.licence(), state);
            }
            spec.commandLine().getOut().println("not to be fetched: " + WeightCatalogue.GATED);
        }
    }

    @Command(
            name = "fetch",
            description = "Download weights. The download continues where an earlier attempt stopped.",
            mixinStandardHelpOptions = true)
    static final class Fetch implements Runnable {
        @Spec
        private CommandSpec spec;

        @Parameters(paramLabel = "NAME", description = "The name that 'ideal weights list' shows.")
        private String name;

        @Option(names = "--sha256", paramLabel = "HEX", description = "The expected SHA-256 of the file.")
        private String sha256;

        @Option(
                names = "--to",
                paramLabel = "DIR",
                description = "The folder to write to (default: weights/ in $IDEAL4J_HOME or ~/.ideal4j).")
        private Path folder;

        @Override
        public void run() {
            WeightEntry entry = WeightCatalogue.entry(name);
            Path to = folder == null ? WeightCatalogue.folder() : folder;
            spec.commandLine().getErr().println("fetching " + entry.uri() + " (" + entry.licence() + ")");
            Path file;
            try (Progress progress = Progress.start(spec.commandLine().getErr(), name, 0, -1, " bytes")) {
                file = new WeightFetcher().fetch(entry, to, Optional.ofNullable(sha256), progress::to);
            } catch (FetchException e) {
                if (e.reason() == FetchException.Reason.CONNECTION) {
                    spec.commandLine()
                            .getErr()
                            .println("note: without a connection, get " + entry.uri() + " elsewhere and save it as "
                                    + to.resolve(entry.fileName()));
                }
                throw e;
            }
            spec.commandLine().getOut().println(file);
        }
    }
}
