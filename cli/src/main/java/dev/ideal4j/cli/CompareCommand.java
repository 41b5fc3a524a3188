package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.compare.Comparison;
import dev.ideal4j.eval.compare.SideBySide;
import dev.ideal4j.eval.evaluate.Caveats;
import dev.ideal4j.eval.evaluate.Results;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        description =
                "Compare results of 'ideal evaluate'. One table shows metrics, speed and memory of all results. Then "
                        + "each result is compared with the first, with a test of significance.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--detector",
            split = ",",
            paramLabel = "NAME",
            description = "Compare only results of these methods (default: all).")
    private List<String> detectors = List.of();

    @Parameters(
            arity = "2..*",
            paramLabel = "RESULTS",
            description = "Files named results.json, or folders that hold one.")
    private List<Path> files;

    @Override
    public void run() {
        List<Path> shown = new ArrayList<>();
        List<Results> results = new ArrayList<>();
        detectors.forEach(name -> MethodOptions.method(spec, name));
        for (Path file : files) {
            Results read = read(file);
            if (detectors.isEmpty()
                    || detectors.contains(String.valueOf(read.detector().get("method")))) {
                shown.add(file);
                results.add(read);
            }
        }
        if (results.isEmpty()) {
            throw new InvalidInputException(
                    "results", "none of " + String.join(", ", detectors), "at least one of these methods");
        }
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 0; i < results.size(); i++) {
            out.println(letter(i) + "  " + title(results.get(i), shown.get(i)));
        }
        out.println();
        out.println(new SideBySide(results).text());
        for (int i = 0; i < results.size(); i++) {
            String letter = letter(i);
            Caveats.of(results.get(i)).forEach(caveat -> out.println(letter + "  " + caveat));
        }
        out.println();
        for (int i = 1; i < results.size(); i++) {
            out.println("A against " + letter(i) + " (here B)");
            out.println();
            out.println(new Comparison(results.get(0), results.get(i)).text());
        }
        out.flush();
    }

    private static Results read(Path run) {
        Path file = Files.isDirectory(run) ? run.resolve(Results.FILE) : run;
        if (!Files.exists(run)) {
            throw new FileAccessException(
                    run, "no such run; expected a folder that 'ideal evaluate' wrote, or its " + Results.FILE);
        } else if (!Files.exists(file)) {
            throw new FileAccessException(
                    run, "no " + Results.FILE + " in it; 'ideal evaluate' writes it when the run is done");
        }
        return Results.read(file);
    }

    private static String letter(int i) {
        return Character.toString('A' + i);
    }

    private static String title(Results result, Path file) {
        return result.detector().get("method") + " on " + result.settings().get("target") + ", n="
                + result.settings().get("nShot")
                + " a=" + result.settings().get("aShot") + ", "
                + result.settings().get("setting") + ", seeds "
                + result.seeds() + "  " + file;
    }
}
