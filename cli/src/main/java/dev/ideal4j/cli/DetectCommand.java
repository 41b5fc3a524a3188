package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.MultiProductDetector;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "detect",
        description = {
            "Score images against the references of a product. A higher score is more anomalous.",
            "Images are turned upright by their EXIF orientation (--exif). Folders are searched for PNG, JPEG, BMP, TIFF, "
                    + "WebP, GIF and PNM; notes name what is left out. FILE.tif#2 is the second page of a TIFF.",
            "Each result is written as soon as it is known. An image that cannot be scored is reported and left out, and "
                    + "the exit code is then 1."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfDetectors.class,
        footer = {
            "",
            "An argument list ends at the next option, or at '--':",
            "  ideal detect --normal good/ --abnormal bad.png --mask bad_mask.png -- *.png",
            "",
            "Files in --out, for an image FOLDER/NAME.png:",
            "  scores.json              The results, with the names of the files below.",
            "                           It is complete after each image.",
            "  failed.json              Images that could not be scored, and why.",
            "  config.json              The settings that reproduce the results.",
            "  FOLDER_NAME.map.npy      The raw map: a float32 score for each pixel of the",
            "                           network's input (448x448 unless --size differs), not",
            "                           for each pixel of the image.",
            "  FOLDER_NAME.map.png      The raw map with --maps png, in 16 bits of grey: score",
            "                           = low + sample / 65535 * (high - low), with low and",
            "                           high of mapScale in scores.json.",
            "  FOLDER_NAME.heatmap.png  The image in its own size, with the map in colours.",
            "  lock                     Keeps other runs out of the folder.",
            "",
            "All heat maps of a run have one scale, heatmapScale in config.json. With two or",
            "more normal references, each half of them is scored against the other half. LOW,",
            "where colour begins, is the median of their highest scores. HIGH, the brightest",
            "colour, is as far above LOW as LOW is above their lowest score. With one normal",
            "reference, and with devnet, the scale is fixed: 0.3,0.6 for ideal and nagl;",
            "1,2.5 for visionad; 0.6,1 for fdsl; 1,5 for devnet, whose heat map is its map",
            "times the image score. --heatmap-scale sets another scale."
        })
final class DetectCommand implements Callable<Integer> {
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
            description = "A detector that 'ideal fit' saved, in place of references. Its backbone, size and settings "
                    + "are those of the fit.")
    private Path fitted;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for heat maps, raw maps, scores and the run's config.")
    private Path out;

    @Option(names = "--replace", description = "Delete the results of an earlier run in --out.")
    private boolean replace;

    @Option(
            names = "--maps",
            paramLabel = "KIND",
            description =
                    "Format of the raw maps in --out: ${COMPLETION-CANDIDATES} (default: npy). npy is float32, png is "
                            + "16-bit.")
    private DetectionFolder.MapFormat maps;

    @Option(
            names = "--heatmap-scale",
            paramLabel = "LOW,HIGH",
            converter = HeatScaleConverter.class,
            description =
                    "The scores at which the colour of the heat maps in --out begins and is brightest (default: see below).")
    private HeatScale heatmapScale;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description =
                    "Format of the printed results: ${COMPLETION-CANDIDATES} (default: table). JSON is a list, which "
                            + "is complete when the run ends. JSONL is an object per line.")
    private ScoreFormat format = ScoreFormat.TABLE;

    @Option(
            names = "--stop-on-error",
            description = "End at the first image that cannot be scored, instead of going on with the others.")
    private boolean stopOnError;

    @Parameters(arity = "1..*", paramLabel = "QUERY", description = "Images to score: files, folders or globs.")
    private List<String> queries;

    /** A fitted detector, its method, and the scale of its heat maps. */
    private record Product(DetectorMethod method, FittedDetector detector, HeatScale scale) implements AutoCloseable {
        @Override
        public void close() {
            detector.close();
        }
    }

    @Override
    public Integer call() {
        FittedDetectors.Saved saved = fitted == null ? null : check(FittedDetectors.saved(checkedFitted()));
        if (fitted == null) {
            checkReferences();
        }
        checkFolderOptions();
        DetectorMethod method = saved == null ? detector.method() : saved.method();
        PrintWriter err = spec.commandLine().getErr();
        ImageFiles images = references.images(err);
        List<Path> files = images.expand(queries);
        if (saved == null) {
            references.note(files, err);
        }
        try (DetectionFolder folder = out == null ? null : DetectionFolder.claim(out, mapFormat(), replace);
                Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(detector.backbones(method, notes(saved)), on, err);
                Product product = product(saved, method, extractor, err)) {
            if (folder != null) {
                folder.begin(
                        new RunConfig(on, extractor, product.detector.config(), references, fitted), product.scale);
            }
            return score(files, images, product, folder, err);
        }
    }

    private Path checkedFitted() {
        if (!references.isEmpty()) {
            throw usage("--fitted takes the place of " + ReferenceOptions.NAMES);
        }
        return fitted;
    }

    private void checkReferences() {
        if (references.isEmpty()) {
            throw usage("references are missing: --normal, --abnormal, --product-root or --fitted");
        }
        detector.check();
        references.check(detector.method(), detector.values());
    }

    private FittedDetectors.Saved check(FittedDetectors.Saved saved) {
        FitNotes notes = notes(saved);
        detector.checkFitted(saved.method(), notes);
        backbone.recall(notes, saved.method());
        return saved;
    }

    private FitNotes notes(FittedDetectors.Saved saved) {
        return saved == null ? null : FitNotes.of(fitted, saved);
    }

    private void checkFolderOptions() {
        if (out == null) {
            if (maps != null || replace || heatmapScale != null) {
                throw usage((maps != null ? "--maps" : replace ? "--replace" : "--heatmap-scale") + " needs --out");
            }
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private DetectionFolder.MapFormat mapFormat() {
        return maps == null ? DetectionFolder.MapFormat.NPY : maps;
    }

    private Product product(
            FittedDetectors.Saved saved, DetectorMethod method, FeatureExtractor extractor, PrintWriter err) {
        HeatScale given = out == null ? method.heatScale() : heatmapScale;
        if (saved != null) {
            HeatScale noted = notes(saved).heatScale();
            HeatScale scale = given != null ? given : noted != null ? noted : method.heatScale();
            return new Product(method, FittedDetectors.load(fitted, extractor), scale);
        }
        ReferenceOptions.Fit fit = references.fit(detector, extractor, given, err);
        return new Product(method, fit.detector(), fit.scale());
    }

    /** Scores the images one by one. Returns the exit code: 0, or 1 if an image failed. */
    private int score(List<Path> files, ImageFiles images, Product product, DetectionFolder folder, PrintWriter err) {
        ScoreFormat.Sheet sheet = format.sheet(spec.commandLine().getOut());
        FittedDetector scorer = product.detector instanceof MultiProductDetector.Fitted ? null : product.detector;
        int failed = 0;
        try (Progress progress = Progress.start(err, "scoring", 0, files.size(), " images")) {
            for (Path file : files) {
                RgbImage image;
                Anomaly anomaly;
                try {
                    image = images.image(file);
                    if (scorer == null) {
                        scorer = ((MultiProductDetector.Fitted) product.detector).forImagesLike(image);
                    }
                    anomaly = scorer.score(image);
                } catch (Ideal4jException e) {
                    failed++;
                    String reason = e.getMessage();
                    err.println(ErrorLine.line(reason.contains(file.toString()) ? reason : file + ": " + reason));
                    if (folder != null) {
                        folder.failed(file, reason);
                    }
                    if (stopOnError) {
                        break;
                    }
                    continue;
                }
                ImageScore scored = ImageScore.of(file, image, anomaly);
                sheet.add(scored);
                if (folder != null) {
                    folder.add(file, image, anomaly.map(), product.method.heat(anomaly), scored);
                }
                progress.step();
            }
        }
        sheet.end();
        if (failed > 0 && files.size() > 1) {
            err.println(ErrorLine.line(failed + " of " + files.size() + " images failed"
                    + (stopOnError ? "; --stop-on-error ended the run there" : "; the others are scored")));
        }
        return failed == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
