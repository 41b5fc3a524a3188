package dev.ideal4j.eval.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description =
                "Make up a data set of textured parts with painted defects, find the defects, show how well. Needs "
                        + "no download: a built-in filter bank looks at the pictures.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where pictures and results go (default: ideal-out/demo).")
    private Path out = Path.of("ideal-out", "demo");

    @Option(names = "--seed", paramLabel = "N", description = "Of the data set and the encoder (default: 17).")
    private long seed = 17;

    @Option(
            names = "--difficulty",
            paramLabel = "D",
            description = "0 (default; a tidy line, plain defects) to 1 (clutter, faint defects).")
    private double difficulty;

    @Option(names = "--normals", paramLabel = "N", description = "Normal references a part (default: 4).")
    private int normals = 4;

    @Option(names = "--good", paramLabel = "N", description = "Good pictures to score a part (default: 10).")
    private int good = 10;

    @Option(
            names = "--defective",
            paramLabel = "N",
            description = "Pictures to score of each kind of defect (default: 4).")
    private int defective = 4;

    @Option(names = "--backend", paramLabel = "NAME", description = "Where to compute (default: the best there is).")
    private String backend;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        created();
        DemoDataset dataset = new DemoDataset(seed, difficulty);
        DemoRun demo = new DemoRun(dataset, new DemoRun.Settings(normals, good, defective));
        List<DemoRun.PartResult> results = new ArrayList<>();
        try (Backend on = backend == null ? Backends.best() : Backends.open(backend);
                FeatureExtractor extractor = new BuiltinBackbone(on);
                FewShotDetector detector = IdealDetector.untrained(extractor, seed)) {
            err.println("backbone: built-in filter bank; encoder: untrained; " + on.description());
            try (Progress progress = Progress.start("scoring", demo.pictures(), " pictures")) {
                for (String part : dataset.parts()) {
                    results.add(demo.run(part, detector, out, scored -> progress.step()));
                }
            }
            writeJson("results.json", results);
            writeJson("config.json", config(on, extractor, detector));
        }
        print(results, spec.commandLine().getOut());
        err.println("pictures, heatmaps and results.json are in " + out);
    }

    private void created() {
        try {
            Files.createDirectories(out);
        } catch (IOException e) {
            throw new FileAccessException(out, e);
        }
    }

    private Map<String, Object> config(Backend on, FeatureExtractor extractor, FewShotDetector detector) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("ideal4j", Version.text());
        map.put("seed", seed);
        map.put("difficulty", difficulty);
        map.put("normals", normals);
        map.put("good", good);
        map.put("defective", defective);
        map.put("backend", on.name() + ": " + on.description());
        map.put("backbone", extractor.name() + " " + extractor.fingerprint());
        map.put("detector", detector.config());
        return map;
    }

    private static void print(List<DemoRun.PartResult> results, PrintWriter out) {
        out.println("part        pictures  image AUROC  pixel AUROC  pixel PRO");
        for (DemoRun.PartResult r : results) {
            print(r.part(), r.pictures(), r.imageAuroc(), r.pixelAuroc(), r.pro(), out);
        }
        int pictures = results.stream().mapToInt(DemoRun.PartResult::pictures).sum();
        print(
                "mean",
                pictures,
                mean(results, DemoRun.PartResult::imageAuroc),
                mean(results, DemoRun.PartResult::pixelAuroc),
                mean(results, DemoRun.PartResult::pro),
                out);
    }

    private static void print(String part, int pictures, double image, double pixel, double pro, PrintWriter out) {
        out.printf(Locale.ROOT, "%-10s  %8d  %11.4f  %11.4f  %9.4f%n", part, pictures, image, pixel, pro);
    }

    private static double mean(List<DemoRun.PartResult> results, ToDoubleFunction<DemoRun.PartResult> value) {
        return results.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private void writeJson(String name, Object value) {
        ObjectMapper mapper = new ObjectMapper();
        AtomicFile.write(
                out.resolve(name),
                file -> file.write(
                        mapper.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(value)));
    }
}
