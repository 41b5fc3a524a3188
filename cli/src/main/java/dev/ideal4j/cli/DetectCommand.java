package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.DecisionRule;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.Drift;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.Pipeline;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.Verdict;
import dev.ideal4j.eval.results.ImageScore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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
                    + "the exit code is then 1.",
            "An image is anomalous if its score is above the threshold. The threshold is found as by 'ideal fit'."
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
            "  legend.png               The colours of the heat maps and their scores.",
            "  .lock                    Keeps other runs out of the folder.",
            "",
            "All heat maps of a product have one scale, heatmapScale in config.json: its middle",
            "is the pixel threshold, which at most a share --max-false-alarms of good images",
            "exceeds anywhere. Regions above it are outlined. Without calibration each detector",
            "has a fixed scale. --heatmap-scale sets another scale."
        })
final class DetectCommand implements Callable<Integer> {
    /** The exit code of --fail-on-anomaly. */
    private static final int ANOMALOUS = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private DetectorOptions detector;

    @Mixin
    private ReferenceOptions references;

    @Mixin
    private DecisionOptions decision;

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
                    "Format of the printed results: ${COMPLETION-CANDIDATES} (default: table). JSON is a list, and COCO "
                            + "a file with the regions as annotations; both are complete when the run ends. JSONL is an "
                            + "object per line.")
    private ScoreFormat format = ScoreFormat.TABLE;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description =
                    "Number of images scored at once, at most (default: 4 on a CPU, 8 with OpenCL, 64 with CUDA). "
                            + "Results do not depend on it.")
    private Integer batchSize;

    @Option(
            names = "--stop-on-error",
            description = "End at the first image that cannot be scored, instead of going on with the others.")
    private boolean stopOnError;

    @Option(
            names = "--least-area",
            paramLabel = "PIXELS",
            description = "Leave out regions of fewer pixels (default: ${DEFAULT-VALUE}).")
    private int leastArea = 1;

    @Option(
            names = "--fail-on-anomaly",
            description = "End with exit code " + ANOMALOUS + " if an image is anomalous, and all could be scored.")
    private boolean failOnAnomaly;

    @Option(
            names = "--watch-drift",
            description = "Warn when good images no longer score like those of the calibration.")
    private boolean watchDrift;

    @Parameters(arity = "1..*", paramLabel = "QUERY", description = "Images to score: files, folders or globs.")
    private List<String> queries;

    @Override
    public Integer call() {
        FittedDetectors.Saved saved = fitted == null ? null : check(FittedDetectors.saved(checkedFitted()));
        if (fitted == null) {
            checkReferences();
        }
        checkFolderOptions();
        new OptionRange(spec)
                .atLeast("--least-area", 1, leastArea)
                .atLeast("--batch-size", 1, batchSize == null ? 1 : batchSize);
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
                FittedDetector product = product(saved, extractor, images, err)) {
            decision.note(product, err);
            if (leastArea > 1 && product.rule().isEmpty()) {
                err.println("note: --least-area has no effect: there is no threshold");
            }
            if (failOnAnomaly && product.rule().isEmpty()) {
                throw usage("--fail-on-anomaly: " + Summary.threshold(product));
            }
            if (watchDrift && product.calibration().isEmpty()) {
                throw usage("--watch-drift: there is no calibration to compare with");
            }
            if (folder != null) {
                folder.begin(
                        new RunConfig(on, extractor, product.config(), references, fitted),
                        scale(product, method),
                        product.rule().orElse(null));
            }
            return score(files, images, product, folder, batchSize == null ? on.imagesAtOnce() : batchSize, err);
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
        references.recall(notes);
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

    private FittedDetector product(
            FittedDetectors.Saved saved, FeatureExtractor extractor, ImageFiles images, PrintWriter err) {
        return saved == null
                ? references.fit(detector, decision, extractor, err)
                : decision.applied(FittedDetectors.load(fitted, extractor), images);
    }

    private HeatScale scale(FittedDetector product, DetectorMethod method) {
        return heatmapScale != null
                ? heatmapScale
                : product.rule().map(DecisionRule::heat).orElse(method.heatScale());
    }

    /** Scores the images. Returns the exit code. */
    private int score(
            List<Path> files,
            ImageFiles images,
            FittedDetector product,
            DetectionFolder folder,
            int atOnce,
            PrintWriter err) {
        PrintWriter out = spec.commandLine().getOut();
        Run run = new Run(images, product, folder, err);
        try (Progress progress = Progress.start(err, "scoring", 0, files.size(), " images")) {
            run.progress = progress;
            Pipeline.run(files, atOnce, run);
        }
        run.sheet.end();
        run.ignored.noteUnused(err);
        if (run.coco != null) {
            out.println(run.coco);
        }
        if (run.scored > 0) {
            PrintWriter to = format == ScoreFormat.TABLE ? out : err;
            to.println(Summary.verdicts(product, run.anomalous, run.scored));
            to.flush();
        }
        if (run.failed > 0 && files.size() > 1) {
            err.println(ErrorLine.line(run.failed + " of " + files.size() + " images failed"
                    + (stopOnError ? "; --stop-on-error ended the run there" : "; the others are scored")));
        }
        return run.failed > 0 ? ExitCode.SOFTWARE : failOnAnomaly && run.anomalous > 0 ? ANOMALOUS : ExitCode.OK;
    }

    /**
     * An image to score.
     *
     * @param image null if it is so large that its rows are read as its tiles are scored
     * @param ignored the pixels that do not count, or null
     * @param notes of reading it, each once
     */
    private record Query(Path file, int width, int height, RgbImage image, Mask ignored, Set<String> notes) {}

    /** What is done with each image. */
    private final class Run implements Pipeline.Stages<Path, Query, Anomaly> {
        private final ImageFiles images;
        private final PairedMasks ignored;
        private final FittedDetector product;
        private final DetectionFolder folder;
        private final ScoreFormat.Sheet sheet = format.sheet(spec.commandLine().getOut());
        private final CocoFile coco = format == ScoreFormat.COCO ? new CocoFile() : null;
        private final Drift drift;
        private final PrintWriter err;
        private Progress progress;
        private Scorer scorer;
        private int failed;
        private int scored;
        private int anomalous;

        Run(ImageFiles images, FittedDetector product, DetectionFolder folder, PrintWriter err) {
            this.images = images;
            this.ignored = references.ignored(images);
            this.product = product;
            this.folder = folder;
            this.drift = watchDrift
                    ? new Drift(
                            product.calibration().orElseThrow(), product.rule().orElseThrow())
                    : null;
            this.err = err;
        }

        @Override
        public Query read(Path file) {
            Set<String> notes = new LinkedHashSet<>();
            RgbImage.Rows rows = product.readsRows()
                    ? images.rows(file, notes::add)
                    : images.image(file, notes::add).rows();
            boolean large = product.readsRows() && (long) rows.width() * rows.height() >= ImageReader.LARGE;
            Mask out = ignored.of(file, rows.width(), rows.height(), notes::add);
            return new Query(file, rows.width(), rows.height(), large ? null : rows.whole(), out, notes);
        }

        @Override
        public long pixels(Query query) {
            return (long) query.width * query.height;
        }

        @Override
        public List<Anomaly> score(List<Query> queries) {
            if (product.readsRows()) {
                return queries.stream().map(this::inParts).toList();
            }
            scorer = scorer == null ? product.forImagesLike(queries.get(0).image) : scorer;
            List<Mask> masks = new ArrayList<>();
            queries.forEach(query -> masks.add(query.ignored));
            return scorer.score(queries.stream().map(Query::image).toList(), masks);
        }

        /** The rows are opened here, because those of an image whose batch failed are read again. */
        private Anomaly inParts(Query query) {
            RgbImage.Rows rows = query.image != null ? query.image.rows() : images.rows(query.file, query.notes::add);
            Anomaly anomaly = product.score(
                    rows, query.ignored, (done, all) -> progress.note(done + " of " + all + " tiles of the next"));
            progress.note("");
            return anomaly;
        }

        @Override
        public boolean write(List<Pipeline.Item<Path, Query, Anomaly>> items) {
            for (Pipeline.Item<Path, Query, Anomaly> item : items) {
                if (item.image() != null) {
                    item.image().notes.forEach(images::note);
                }
                if (item.failure() == null) {
                    write(item.image(), item.result());
                } else {
                    fail(item.file(), item.failure().getMessage());
                    if (stopOnError) {
                        return false;
                    }
                }
            }
            return true;
        }

        private void fail(Path file, String reason) {
            failed++;
            err.println(ErrorLine.line(reason.contains(file.toString()) ? reason : file + ": " + reason));
            if (folder != null) {
                folder.failed(file, reason);
            }
        }

        private void write(Query query, Anomaly anomaly) {
            Path file = query.file;
            ScoreMap heat = anomaly.heat().resize(query.width, query.height);
            List<Region> regions = anomaly.regions(heat, leastArea);
            ImageScore result = ImageScore.of(file.toString(), query.width, query.height, anomaly, regions);
            scored++;
            anomalous += anomaly.verdict() == Verdict.ANOMALOUS ? 1 : 0;
            sheet.add(result);
            if (coco != null) {
                coco.add(result, anomaly, heat, regions);
            }
            if (folder != null) {
                RgbImage image = query.image != null ? query.image : images.image(file, note -> {});
                folder.add(file, image, anomaly, heat, result);
            }
            if (drift != null) {
                drift.add(anomaly).ifPresent(warning -> err.println("warning: " + warning));
            }
            progress.step();
        }
    }
}
