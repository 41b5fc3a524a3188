package dev.ideal4j.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.survey.Survey;
import dev.ideal4j.eval.survey.SurveyPlan;
import dev.ideal4j.eval.survey.SurveyTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "survey",
        description = {
            "Evaluate several methods with several backbones and numbers of references on several data sets, and print a "
                    + "table for each data set and backbone.",
            "Each combination has a folder below --out, with its results, a report and the worst images. A survey that "
                    + "was stopped goes on if it is started again with the same folder."
        },
        footer = {
            "",
            "Values are means over the seeds, with half of the 95 %% interval of the mean. 'peak in defect' is the share of "
                    + "defective images whose highest map value lies on the defect. 'fit' and 'score' are the times of the "
                    + "method alone, without the passes of its backbone."
        },
        mixinStandardHelpOptions = true)
final class SurveyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data-root",
            required = true,
            paramLabel = "DIR",
            description = "The folder that holds the folders of the data sets.")
    private Path dataRoot;

    @Option(
            names = "--target",
            required = true,
            arity = "1..*",
            paramLabel = "NAME",
            description = "Data sets: the names of their folders.")
    private List<String> targets;

    @Option(
            names = "--backbone",
            arity = "1..*",
            paramLabel = "NAME|FILE",
            description = "Networks, each with its usual input size (default: builtin).")
    private List<String> backbones = List.of(BuiltinBackbone.NAME);

    @Option(
            names = "--detectors",
            arity = "1..*",
            paramLabel = "NAME[=FILE]",
            description = "Methods, a trained one with the file of its trained part (default: ideal visionad patchcore "
                    + "anomalydino subspacead).")
    private List<String> detectors = List.of("ideal", "visionad", "patchcore", "anomalydino", "subspacead");

    @Option(
            names = "--framing",
            arity = "1..*",
            paramLabel = "HOW",
            description =
                    "How images come to the network: stretch, fit, short_side, as for --resize of 'detect', or the side "
                            + "of tiles in pixels (default: stretch).")
    private List<String> framings = List.of("stretch");

    @Option(
            names = "--n-shot",
            arity = "1..*",
            paramLabel = "N",
            description = "Numbers of normal references (default: 1 4 8).")
    private List<Integer> normals = List.of(1, 4, 8);

    @Option(
            names = "--a-shot",
            arity = "1..*",
            paramLabel = "A",
            description = "Numbers of anomalous references, for the methods that use them (default: 0).")
    private List<Integer> abnormals = List.of(0);

    @Option(
            names = "--seed",
            arity = "1..*",
            paramLabel = "SEED",
            description = "Seeds of the references (default: 0 1 2 3 4).")
    private List<Long> seeds = List.of(0L, 1L, 2L, 3L, 4L);

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "The backend that computes (default: the best available).")
    private String backend;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder for results.")
    private Path out;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        OptionRange range = new OptionRange(spec);
        normals.forEach(n -> range.atLeast("--n-shot", 1, n));
        abnormals.forEach(a -> range.atLeast("--a-shot", 0, a));
        SurveyPlan plan = new SurveyPlan(
                targets.stream().map(target -> Dataset.open(dataRoot, target)).toList(),
                backbones.stream()
                        .map(name -> new SurveyPlan.Network(name, BackboneLoader.Input.USUAL))
                        .toList(),
                framings.stream().map(this::framing).toList(),
                detectors.stream().map(this::candidate).toList(),
                normals,
                abnormals,
                seeds);
        try (Backend on = backend == null ? Backends.best() : Backends.open(backend)) {
            List<Survey.Row> rows = new Survey(plan, on, line -> {
                        err.println(OneLine.of(line));
                        err.flush();
                    })
                    .run(out);
            SurveyTable.writeCsv(rows, out.resolve("survey.csv"));
            spec.commandLine().getOut().print(SurveyTable.markdown(rows));
            spec.commandLine().getOut().flush();
        }
    }

    private SurveyPlan.Candidate candidate(String text) {
        int sign = text.indexOf('=');
        String name = sign < 0 ? text : text.substring(0, sign);
        try {
            return new SurveyPlan.Candidate(
                    DetectorMethods.named(name), sign < 0 ? null : Path.of(text.substring(sign + 1)));
        } catch (InvalidInputException e) {
            throw new ParameterException(spec.commandLine(), "--detectors: " + e.getMessage());
        }
    }

    private SurveyPlan.Framing framing(String text) {
        return new SurveyPlan.Framing(
                text,
                switch (text) {
                    case "stretch" -> null;
                    case "fit" -> Tiling.FIT;
                    case "short_side" -> Tiling.SHORT_SIDE;
                    default -> tiles(text);
                });
    }

    private Tiling tiles(String text) {
        try {
            return Tiling.of(Integer.parseInt(text));
        } catch (NumberFormatException | InvalidInputException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--framing: found " + text
                            + ", expected stretch, fit, short_side or a number of pixels, 16 or more");
        }
    }
}
