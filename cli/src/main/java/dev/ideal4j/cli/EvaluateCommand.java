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
        description =
                "Score a data set as published: fit to each product's references, score its other images, compute "
                        + "the metrics, write results and a report. Started again in the same folder, a run that was stopped goes "
                        + "on where it was.",
        footer = {
            "",
            "Metrics that the images cannot give (no good one, no defective one, no mask) are undefined, and means leave "
                    + "them out; notes after the table say which and why.",
            "",
            "Masks are resized to the anomaly maps as published, in most cases by the nearest pixel (--mask-resize): a "
                    + "defect of a pixel or two may vanish. Notes name each mask that marks no pixel of its map.",
            "",
            "P-PRO is as published: of few thresholds, and of those that share a false-positive rate the one that NumPy "
                    + "1.24 sorts last. It may differ by 0.03 between builds of NumPy. PRO 0.3, beside it, is of all pixels "
                    + "and thresholds."
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
            description = "Only these; references are drawn as for all (default: all).")
    private List<String> products = List.of();

    @Option(
            names = "--mask-resize",
            paramLabel = "RULE",
            description = "How masks are resized to the maps: nearest pixel, or bilinear where more than half counts "
                    + "(default: as published, bilinear for fdsl and nearest for the others).")
    private Mask.Resize maskResize;

    @Option(
            names = "--image-score",
            paramLabel = "SCORE",
            description =
                    "What image metrics rank by: own, the detector's image score, or over_product, the mean of that "
                            + "and the map's maximum scaled over the product's test images (default: as published, over_product "
                            + "for fdsl and own for the others).")
    private DetectorMethod.ImageScore imageScore;

    @Option(names = "--batch-size", paramLabel = "N", description = "Images scored at once (default: 16).")
    private int batchSize = 16;

    @Option(
            names = "--keep-going",
            description = "Report, count and leave out images that cannot be read, instead of stopping.")
    private boolean keepGoing;

    @Option(names = "--save-maps", description = "Keep the anomaly maps, as safetensors in OUT/maps.")
    private boolean saveMaps;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where results go.")
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

    /** The published rules of the method, unless options say otherwise. */
    private EvaluationRules rules() {
        EvaluationRules published = EvaluationRules.of(detector.method());
        return new EvaluationRules(
                maskResize == null ? published.masks() : maskResize,
                imageScore == null ? published.score() : imageScore);
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
