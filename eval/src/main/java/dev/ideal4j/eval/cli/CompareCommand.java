package dev.ideal4j.eval.cli;

import dev.ideal4j.eval.compare.Comparison;
import dev.ideal4j.eval.evaluate.Results;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "compare",
        description = "Show results of 'ideal evaluate' side by side, with significance; each with the first.",
        mixinStandardHelpOptions = true)
final class CompareCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "2..*",
            paramLabel = "RESULTS",
            description = "Files results.json, or the folders that hold them.")
    private List<Path> files;

    @Override
    public void run() {
        List<Results> results = files.stream()
                .map(file -> Results.read(Files.isDirectory(file) ? file.resolve(Results.FILE) : file))
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        for (int i = 1; i < results.size(); i++) {
            out.println("A  " + title(0, results));
            out.println("B  " + title(i, results));
            out.println();
            out.println(new Comparison(results.get(0), results.get(i)).text());
        }
        out.flush();
    }

    private String title(int i, List<Results> results) {
        Results result = results.get(i);
        return result.detector().get("method") + " on " + result.settings().get("target") + ", n="
                + result.settings().get("nShot")
                + " a=" + result.settings().get("aShot") + ", "
                + result.settings().get("setting") + ", seeds "
                + result.seeds() + "  " + files.get(i);
    }
}
