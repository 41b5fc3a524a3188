package dev.ideal4j.cli;

import dev.ideal4j.core.Ideal4jException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The root command. Results go to standard output, everything else to standard error; exit codes are 0 to 3. */
@Command(
        name = "ideal",
        description =
                "Few-shot visual anomaly detection. From a few good images, and optionally one defective image with its "
                        + "mask, it tells how anomalous an image is, and where.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:done",
            "1:failed; one line on standard error gives the reason",
            "2:the command line is wrong",
            "3:detect --fail-on-anomaly: an image is anomalous"
        })
public final class IdealCommand {
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            StudyCommand.class,
            InfoCommand.class,
            DetectCommand.class,
            FitCommand.class,
            AddCommand.class,
            RemoveCommand.class,
            ShowCommand.class,
            AuditCommand.class,
            IndexCommand.class,
            LabelsCommand.class,
            EvaluateCommand.class,
            SurveyCommand.class,
            CompareCommand.class,
            WeightsCommand.class,
            ExportCommand.class,
            TrainCommand.class,
            CommandLine.HelpCommand.class);

    @Option(
            names = "--verbose",
            scope = ScopeType.INHERIT,
            description = "Print the stack trace of an error, and more log messages.")
    private boolean verbose;

    /** Whether the user asked for stack traces. */
    boolean verbose() {
        return verbose;
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] args) {
        System.setProperty("java.awt.headless", "true");
        System.setErr(StandardError.open());
        PrintWriter out = StandardOutput.open();
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, args));
    }

    /** The command with all options of all its subcommands: for completion, manual pages and tests. */
    public static CommandLine withEverything() {
        return commandLine(new IdealCommand(), name -> true);
    }

    /**
     * To read the options of all subcommands takes most of the time of {@code ideal --help}, so only those that are wanted
     * have theirs. The others are names with descriptions.
     */
    private static CommandLine commandLine(IdealCommand root, Predicate<String> wanted) {
        CommandLine line = new CommandLine(root);
        for (Class<?> type : COMMANDS) {
            Command command = type.getAnnotation(Command.class);
            // A command line of its own, because picocli adds the options of methods only where a CommandLine is made.
            Object subcommand = wanted.test(command.name()) ? new CommandLine(type) : CommandSpec.create();
            if (subcommand instanceof CommandSpec name) {
                name.usageMessage().description(command.description()).header(command.header());
            }
            line.addSubcommand(command.name(), subcommand);
        }
        return line;
    }

    /** Runs a command; returns its exit code. */
    static int run(PrintWriter out, PrintWriter err, String... args) {
        IdealCommand root = new IdealCommand();
        CommandLine line = commandLine(root, List.of(args)::contains);
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        EnumWords.register(line);
        line.setParameterExceptionHandler(new UsageLine());
        ErrorLine errors = new ErrorLine(root);
        line.setExecutionExceptionHandler(errors);
        line.setExecutionStrategy(parsed -> {
            try {
                LogLevel.set(root.verbose());
                int code = new CommandLine.RunLast().execute(parsed);
                if (code == 0) {
                    out.flush();
                }
                return code;
            } catch (Ideal4jException | OutOfMemoryError e) {
                return errors.report(e, err);
            }
        });
        return args.length == 0 ? line.execute("help") : line.execute(args);
    }
}
