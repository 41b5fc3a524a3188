package dev.ideal4j.eval.cli;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.MultiProductDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "detect",
        description = "Score pictures by a product's references: higher is more anomalous.",
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfDetectors.class,
        footer = {
            "",
            "An argument list ends at the next option, or at '--':",
            "  ideal detect --normal good/ --abnormal bad.png --mask bad_mask.png -- new/*.png"
        })
final class DetectCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private DetectorOptions detector;

    @Mixin
    private ReferenceOptions references;

    @Option(
            names = "--fitted",
            paramLabel = "FILE",
            description = "A detector that 'ideal fit' saved, in place of references.")
    private Path fitted;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write heatmap overlays, raw maps and the run's config there.")
    private Path out;

    @Option(
            names = "--maps",
            paramLabel = "KIND",
            description = "Raw maps as ${COMPLETION-CANDIDATES} (default: png, 16-bit).")
    private DetectionFolder.MapFormat maps = DetectionFolder.MapFormat.PNG;

    @Option(names = "--format", paramLabel = "FORMAT", description = "${COMPLETION-CANDIDATES} (default: table).")
    private ScoreFormat format = ScoreFormat.TABLE;

    @Parameters(arity = "1..*", paramLabel = "QUERY", description = "Pictures to score: files, folders or globs.")
    private List<String> queries;

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        if (fitted != null && !references.isEmpty()) {
            throw new CommandLine.ParameterException(
                    line, "--fitted takes the place of --normal, --abnormal, --mask, --product-root");
        }
        if (fitted == null && references.isEmpty()) {
            throw new CommandLine.ParameterException(
                    line, "references are missing: --normal, --abnormal, --product-root or --fitted");
        }
        List<Path> files = PictureFiles.expand(queries);
        DetectionFolder folder = out == null ? null : DetectionFolder.create(out, maps);
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(loader(), on, line.getErr());
                FittedDetector product = fit(extractor, line.getErr())) {
            List<ScoredPicture> scored = score(files, product, folder, line.getErr());
            if (folder != null) {
                folder.finish(scored, new RunConfig(on, extractor, product.config(), references, fitted));
            }
            format.write(scored, line.getOut());
        }
    }

    /** A fitted detector says itself of which method it is. */
    private BackboneLoader loader() {
        return detector.backbones(fitted == null ? detector.method() : FittedDetectors.method(fitted));
    }

    private FittedDetector fit(FeatureExtractor extractor, PrintWriter err) {
        if (fitted != null) {
            return FittedDetectors.load(fitted, extractor);
        }
        try (FewShotDetector method = detector.open(extractor, err);
                TrainingProgress progress = new TrainingProgress(err)) {
            return references.fit(method, progress);
        }
    }

    private static List<ScoredPicture> score(
            List<Path> files, FittedDetector product, DetectionFolder folder, PrintWriter err) {
        List<ScoredPicture> scored = new ArrayList<>();
        try (Progress progress = Progress.start(err, "scoring", 0, files.size(), " pictures")) {
            FittedDetector detector = product instanceof MultiProductDetector.Fitted several
                    ? several.forPicturesLike(ImageReader.read(files.get(0)))
                    : product;
            for (Path file : files) {
                RgbImage image = ImageReader.read(file);
                Anomaly anomaly = detector.score(image);
                scored.add(ScoredPicture.of(file, image, anomaly));
                if (folder != null) {
                    folder.add(file, anomaly);
                }
                progress.step();
            }
        }
        return scored;
    }
}
