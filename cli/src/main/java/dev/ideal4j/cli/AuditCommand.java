package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.audit.AuditFolder;
import dev.ideal4j.eval.audit.FalseAlarmAudit;
import dev.ideal4j.eval.audit.FalseAlarmTable;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoSample;
import dev.ideal4j.eval.evaluate.Provenance;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        description = {
            "Measure whether thresholds keep what they promise: fit a detector to some good images, calibrate it, and count "
                    + "how many other good images it calls anomalous.",
            "Without --good, the images are generated products.",
            "With --out, an audit that was stopped goes on if it is started again with the same folder."
        },
        mixinStandardHelpOptions = true,
        modelTransformer = MethodOptions.OfDetectors.class)
final class AuditCommand implements Runnable {
    /** Defective images of a generated product. */
    private static final int DEFECTIVE = 12;

    /** Of the generated products: good parts differ, and defects are neither obvious nor hidden. */
    private static final double DIFFICULTY = 0.5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private BackboneOptions backbone;

    @Mixin
    private DetectorOptions detector;

    @Option(
            names = "--good",
            arity = "1..*",
            paramLabel = "IMG",
            description = "Good images of one product: files, folders or globs.")
    private List<String> good = new ArrayList<>();

    @Option(
            names = "--defects",
            arity = "1..*",
            paramLabel = "IMG",
            description =
                    "Defective images of that product. The share that is found is counted too. devnet learns from the "
                            + "first two.")
    private List<String> defects = new ArrayList<>();

    @Option(
            names = "--images",
            arity = "1..*",
            paramLabel = "N",
            description = "Numbers of good images to calibrate with (default: 8 20 50).")
    private List<Integer> images = List.of(8, 20, 50);

    @Option(
            names = "--max-false-alarms",
            arity = "1..*",
            paramLabel = "RATE",
            converter = RateConverter.class,
            description = "Rates that are promised (default: 5%% 20%%).")
    private List<Double> rates = List.of(0.05, 0.2);

    @Option(
            names = "--references",
            paramLabel = "N",
            description = "Normal references beside separate calibration images (default: ${DEFAULT-VALUE}).")
    private int references = 4;

    @Option(
            names = "--tests",
            paramLabel = "N",
            description = "Good images that are counted in each draw, at most (default: ${DEFAULT-VALUE}).")
    private int tests = 50;

    @Option(
            names = "--draws",
            paramLabel = "N",
            description = "Draws of the images, or generated sets of products (default: ${DEFAULT-VALUE}).")
    private int draws = 5;

    @Option(names = "--seed", paramLabel = "SEED", description = "Seed of the first draw (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for the counts of each fit (default: they are not kept).")
    private Path out;

    @Override
    public void run() {
        OptionRange range = new OptionRange(spec)
                .atLeast("--references", 1, references)
                .atLeast("--tests", 1, tests)
                .atLeast("--draws", 1, draws);
        images.forEach(number -> range.atLeast("--images", 1, number));
        detector.check();
        PrintWriter err = spec.commandLine().getErr();
        FalseAlarmTable table = new FalseAlarmTable();
        try (Backend on = backbone.openBackend();
                FeatureExtractor extractor = backbone.open(detector.backbones(detector.method()), on, err);
                FewShotDetector opened = detector.open(extractor, err);
                AuditFolder folder = out == null ? null : AuditFolder.open(out, settings(on, extractor, opened))) {
            if (good.isEmpty()) {
                int most = images.stream().mapToInt(Integer::intValue).max().orElseThrow() + references + tests;
                for (int draw = 0; draw < draws; draw++) {
                    DemoDataset products = new DemoDataset(seed + draw, DIFFICULTY);
                    for (String part : products.parts()) {
                        audit(opened, table, folder, 1, err).run(generated(products, part, most), seed + draw);
                    }
                }
            } else {
                ImageFiles files = new ImageFiles(err);
                audit(opened, table, folder, draws, err).run(read(files), seed);
            }
            spec.commandLine().getOut().print(table.markdown(opened.name()));
            spec.commandLine().getOut().flush();
        }
    }

    /** What determines the counts. Draws are not part of it, so that more can be added later. */
    private Map<String, Object> settings(Backend on, FeatureExtractor extractor, FewShotDetector opened) {
        List<Path> weights = new ArrayList<>(backbone.files());
        weights.addAll(detector.files());
        Provenance provenance = Provenance.of(on, extractor, weights);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("detector", opened.config());
        settings.put("backbone", provenance.backbone());
        settings.put("weights", provenance.weights());
        settings.put("backend", provenance.backend().get("name"));
        settings.put("good", good);
        settings.put("defects", defects);
        settings.put("images", images);
        settings.put("rates", rates);
        settings.put("references", references);
        settings.put("tests", tests);
        return settings;
    }

    private FalseAlarmAudit audit(
            FewShotDetector opened, FalseAlarmTable table, AuditFolder folder, int ofPool, PrintWriter err) {
        FalseAlarmAudit.Plan plan = new FalseAlarmAudit.Plan(images, rates, references, tests, ofPool);
        return new FalseAlarmAudit(opened, plan, table, folder, line -> {
            err.println("counted: " + OneLine.of(line));
            err.flush();
        });
    }

    private static FalseAlarmAudit.Pool generated(DemoDataset products, String part, int count) {
        List<RgbImage> good = IntStream.range(0, count)
                .mapToObj(i -> products.train(part, i).image())
                .toList();
        List<String> kinds = products.defects(part);
        List<References.Abnormal> defects = IntStream.range(0, DEFECTIVE)
                .mapToObj(i -> products.test(part, kinds.get(i % kinds.size()), i / kinds.size()))
                .map((DemoSample sample) -> new References.Abnormal(sample.image(), sample.mask()))
                .toList();
        return new FalseAlarmAudit.Pool(part, good, defects);
    }

    private FalseAlarmAudit.Pool read(ImageFiles files) {
        List<RgbImage> found = files.expand(good).stream().map(files::image).toList();
        List<References.Abnormal> defective = files.expand(defects).stream()
                .map(files::image)
                .map(image -> new References.Abnormal(
                        image, new Mask(image.width(), image.height(), new boolean[image.width() * image.height()])))
                .toList();
        return new FalseAlarmAudit.Pool(good.get(0), found, defective);
    }
}
