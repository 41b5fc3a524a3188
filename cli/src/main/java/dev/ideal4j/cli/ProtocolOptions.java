package dev.ideal4j.cli;

import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * The options that say which images {@code evaluate} and the validation of {@code train} score. They have the names of the
 * published programs' options, and short names.
 */
final class ProtocolOptions {
    private static final int NOTES = 5;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--data-root",
            required = true,
            paramLabel = "DIR",
            description = "The folder that holds the folders of the data sets.")
    private Path dataRoot;

    @Option(
            names = {"--target", "--data-target"},
            required = true,
            paramLabel = "NAME",
            description =
                    "The data set to score: the name of its folder. If it has no meta.json, it is indexed first (see 'ideal "
                            + "index').")
    private String target;

    @Option(names = "--n-shot", paramLabel = "N", description = "Normal references a product (default: 1).")
    private int normal = 1;

    @Option(
            names = "--a-shot",
            paramLabel = "A",
            description = "Anomalous references of each product; 0 if no defect or no mask is known (default: 1).")
    private int abnormal = 1;

    @Option(
            names = {"--setting", "--test-ano-setting"},
            paramLabel = "SETTING",
            description =
                    "Which images are scored. general: all images but the references. hard: without the types of defect "
                            + "that the references show (default: general).")
    private Setting setting = Setting.GENERAL;

    @Option(
            names = "--a-ref-types",
            paramLabel = "R",
            description = "Number of types of defect among the anomalous references (default: 1).")
    private int types = 1;

    @Option(
            names = {"--ref-product", "--test-ref-object"},
            paramLabel = "PRODUCT",
            description = "A product whose anomalous references are of the type --ref-type.")
    private String product;

    @Option(
            names = {"--ref-type", "--test-ref-anomaly-type"},
            paramLabel = "TYPE",
            description = "The type of defect for --ref-product.")
    private String type;

    @Option(
            names = {"--pro-thresholds", "--pro-num-thresholds"},
            paramLabel = "N",
            description =
                    "Number of thresholds of P-PRO, as published (default: 50). PRO 0.3 and 0.05 use all thresholds.")
    private int proThresholds = PublishedPro.THRESHOLDS;

    @Option(names = "--readers", paramLabel = "N", description = "Threads that read images ahead (default: 2).")
    private int readers = 2;

    /** The folder of data sets. */
    Path dataRoot() {
        return dataRoot;
    }

    /** The name of the data set that is scored. */
    String targetName() {
        return target;
    }

    /** The data set that is scored. Prints on standard error what the indexing leaves out. */
    Dataset target() {
        List<String> notes = new ArrayList<>();
        Dataset dataset = Dataset.open(dataRoot, target, notes::add);
        PrintWriter err = spec.commandLine().getErr();
        notes.stream().limit(NOTES).forEach(note -> err.println("note: " + note));
        if (notes.size() > NOTES) {
            err.println("note: and " + (notes.size() - NOTES) + " more; 'ideal index' tells all");
        }
        return dataset;
    }

    private void check() {
        OptionRange range = new OptionRange(spec);
        range.atLeast("--n-shot", 0, normal)
                .atLeast("--a-shot", 0, abnormal)
                .require(normal + abnormal > 0, "--n-shot", normal, "1 or more, as there is no defective reference")
                .atLeast("--a-ref-types", 1, types)
                .require(types <= Math.max(1, abnormal), "--a-ref-types", types, "at most --a-shot, " + abnormal)
                .require(product == null || abnormal > 0, "--ref-product", product, "none without defective references")
                .require(product == null || types == 1, "--ref-product", product, "none with --a-ref-types above 1")
                .atLeast("--pro-thresholds", 2, proThresholds)
                .atLeast("--readers", 1, readers);
    }

    TestProtocol protocol() {
        if ((product == null) != (type == null)) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--ref-product and --ref-type must be given together");
        }
        check();
        TestProtocol.ExplicitType explicit = product == null ? null : new TestProtocol.ExplicitType(product, type);
        return new TestProtocol(new Shots(normal, abnormal), setting, types, explicit);
    }

    /** The protocol of an earlier run; with {@code --a-shot 0}, without its anomalous references. */
    TestProtocol of(Results results) {
        check();
        Map<String, Object> settings = results.settings();
        int anomalous = abnormal == 0 ? 0 : (Integer) settings.get("aShot");
        return new TestProtocol(
                new Shots((Integer) settings.get("nShot"), anomalous),
                Setting.valueOf(settings.get("setting").toString().toUpperCase(Locale.ROOT)),
                anomalous == 0 ? 1 : (Integer) settings.get("aRefTypes"),
                null);
    }

    int proThresholds() {
        return proThresholds;
    }

    int readers() {
        return readers;
    }
}
