package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Caveats;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.EvaluationRules;
import dev.ideal4j.eval.evaluate.Provenance;
import dev.ideal4j.eval.evaluate.ResultTables;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.report.HtmlReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = "Evaluate a detector on a data set with the published protocol. The detector is fitted to the "
                + "references of each product and scores its other images. Metrics, results and a report are written "
                + "to --out. A run that was stopped continues if it is started again with the same folder.",
        footer = {
            "",
            "A metric is undefined if the images do not give it: without a good image, a defective image or a mask. Means "
                    + "leave undefined metrics out. Notes after the table name them with the reason.",
            "",
            "Masks are resized to the size of the anomaly maps as published, for most methods by the nearest pixel "
                    + "(--mask-resize). A defect of a pixel or two may vanish. Notes name each mask that marks no pixel of "
                    + "its map.",
            "",
            "P-PRO is computed as published: from few thresholds. Of the thresholds with the same false-positive rate it "
                    + "takes the one that NumPy 1.24 sorts last. It may differ by 0.03 between builds of NumPy. PRO 0.3 is "
                    + "computed from all pixels and all thresholds."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfDetectors.class)
final class EvaluateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private DetectorOptions detector;

    @Mixin
    private EpisodeOptions episodes;

    @Mixin
    private ProtocolOptions protocol;

    @Option(
            names = "--products",
            arity = "1..*",
            split = ",",
            paramLabel = "PRODUCT",
            description = "Score only these products. References are drawn as if all were scored (default: all).")
    private List<String> products = List.of();

    @Option(
            names = "--mask-resize",
            paramLabel = "RULE",
            description =
                    "How masks are resized to the size of the maps: by the nearest pixel, or bilinear, with values above "
                            + "one half defective (default: as published, bilinear for fdsl and nearest for the others).")
    private Mask.Resize maskResize;

    @Option(
            names = "--image-score",
            paramLabel = "SCORE",
            description =
                    "The score that image metrics rank by. own: the detector's image score. over_product: the mean of the "
                            + "image score and the map's maximum, which is scaled to 0 to 1 over the product's test images. "
                            + "(default: as published, over_product for fdsl and own for the others).")
    private DetectorMethod.ImageScore imageScore;

    @Option(
            names = "--max-false-alarms",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description =
                    "Also find the threshold from the references alone, as 'ideal fit' does, for this share of false "
                            + "alarms, such as 5%%. Verdicts at it are counted and shown in the report.")
    private Double maxFalseAlarms;

    @Option(names = "--batch-size", paramLabel = "N", description = "Number of images scored at once (default: 16).")
    private int batchSize = 16;

    @Option(
            names = "--keep-going",
            description =
                    "Report, count and leave out images that cannot be read. Without it such an image stops the run.")
    private boolean keepGoing;

    @Option(names = "--save-maps", description = "Save the anomaly maps as safetensors files in OUT/maps.")
    private boolean saveMaps;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder for results.")
    private Path out;

    @Override
    public void run() {
        PrintWriter log = spec.commandLine().getOut();
        detector.check();
        EvaluationPlan plan = plan();
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(
                        detector.backbones(detector.method()),
                        on,
                        spec.commandLine().getErr());
                FewShotDetector method = detector.openFor(
                        extractor, usesAbnormal(plan), spec.commandLine().getErr());
                EvaluationProgress progress =
                        new EvaluationProgress(log, spec.commandLine().getErr())) {
            List<Path> weights = new ArrayList<>(backbone.files());
            weights.addAll(detector.files());
            Provenance provenance = Provenance.of(on, extractor, weights);
            Evaluation.Outcome outcome = new Evaluation(plan, method, provenance, progress).run(out);
            print(outcome.results(), log);
            HtmlReport.write(outcome, out.resolve(HtmlReport.FILE));
            log.println("report: " + out.resolve(HtmlReport.FILE));
        }
    }

    private static boolean usesAbnormal(EvaluationPlan plan) {
        return plan.protocol().shots().anomalous() > 0 || plan.references() instanceof ReferenceSource.Fixed;
    }

    private EvaluationPlan plan() {
        TestProtocol drawn = protocol.protocol();
        List<Long> seeds = episodes.seeds();
        OptionRange range = new OptionRange(spec).atLeast("--batch-size", 1, batchSize);
        Dataset target = protocol.target();
        Set<String> known = target.index().test().keySet();
        products.forEach(product ->
                range.require(known.contains(product), "--products", product, "one of " + String.join(", ", known)));
        return new EvaluationPlan(
                target,
                drawn,
                seeds,
                products,
                episodes.references(),
                rules(),
                protocol.proThresholds(),
                batchSize,
                protocol.readers(),
                keepGoing,
                saveMaps);
    }

    /** The published rules of the method, unless an option sets another. */
    private EvaluationRules rules() {
        EvaluationRules published = EvaluationRules.of(detector.method());
        return new EvaluationRules(
                maskResize == null ? published.masks() : maskResize,
                imageScore == null ? published.score() : imageScore,
                maxFalseAlarms);
    }

    private void print(Results results, PrintWriter log) {
        for (long seed : results.seeds()) {
            if (results.seeds().size() > 1) {
                log.println("seed " + seed);
            }
            log.print(ResultTables.printed(results.ofSeed(seed)));
            log.println(ResultTables.printedMeans(protocol.targetName(), results.ofSeed(seed)));
            log.println(ResultTables.printedExact(results.ofSeed(seed)));
            log.println(ResultTables.printedInterval(results.ofSeed(seed)));
            if (maxFalseAlarms != null) {
                log.println(ResultTables.printedVerdicts(results.ofSeed(seed)));
            }
        }
        if (results.seeds().size() > 1) {
            log.println(ResultTables.printedSpread(results));
        }
        long skipped = results.products().stream()
                .mapToLong(result -> result.skipped().size())
                .sum();
        if (skipped > 0) {
            log.println(skipped + (skipped == 1 ? " image" : " images") + " left out: could not be read");
        }
        Caveats.of(results).forEach(caveat -> log.println("note: " + caveat));
        log.flush();
    }
}
