package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import dev.ideal4j.eval.demo.DemoSheet;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.Measure;
import dev.ideal4j.eval.evaluate.ProductResult;
import dev.ideal4j.eval.evaluate.Provenance;
import dev.ideal4j.eval.report.HtmlReport;
import dev.ideal4j.eval.report.TrainingSection;
import dev.ideal4j.eval.train.StudyTable;
import dev.ideal4j.eval.train.TrainingStudy;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description =
                "Generate a data set of textured parts with painted defects, detect the defects, and report how well "
                        + "that worked. Needs no download: the backbone is a built-in filter bank.",
        mixinStandardHelpOptions = true)
final class DemoCommand implements Runnable {
    private static final String DATA = "data";

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "The folder for images and results (default: ideal-out/demo).")
    private Path out = Path.of("ideal-out", "demo");

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the data set and of the training (default: 17).")
    private long seed = 17;

    @Option(
            names = "--difficulty",
            paramLabel = "D",
            description = "Difficulty, from 0 (the default: clean parts, clear defects) to 1 (clutter, faint defects).")
    private double difficulty;

    @Option(names = "--normals", paramLabel = "N", description = "Normal references of each part (default: 4).")
    private int normals = 4;

    @Option(names = "--good", paramLabel = "N", description = "Good images of each part to score (default: 10).")
    private int good = 10;

    @Option(
            names = "--defective",
            paramLabel = "N",
            description = "Images of each kind of defect to score (default: 4).")
    private int defective = 4;

    @Option(
            names = "--no-training",
            description = "Leave out the training, and the test of it on products that it did not see.")
    private boolean withoutTraining;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "The backend that computes (default: the best available).")
    private String backend;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        new OptionRange(spec)
                .atLeast("--normals", 1, normals)
                .atLeast("--good", 1, good)
                .atLeast("--defective", 1, defective)
                .require(difficulty >= 0 && difficulty <= 1, "--difficulty", difficulty, "0 to 1")
                .require(seed >>> 32 == 0, "--seed", seed, "0 to 4294967295");
        DemoDataset dataset = new DemoDataset(seed, difficulty);
        err.println("generating images of " + dataset.parts().size() + " kinds of parts");
        // References are drawn from the test images and are not scored, so as many more are generated.
        new DemoFolder(out.resolve(DATA)).write(dataset, normals, good + normals, defective);
        try (Backend on = backend == null ? Backends.best() : Backends.open(backend);
                FeatureExtractor extractor = new BuiltinBackbone(on);
                FewShotDetector detector = IdealDetector.knownDefects(extractor)) {
            err.println("backbone: built-in filter bank; no trained encoder, but known defects; " + on.description());
            Evaluation.Outcome outcome = evaluate(dataset, on, extractor, detector, err);
            print(outcome.results().ofSeed(seed), spec.commandLine().getOut());
            List<String> sections = withoutTraining ? List.of() : train(on, err);
            HtmlReport.write(outcome, sections, out.resolve(HtmlReport.FILE));
        }
        err.println(
                "these parts and defects are generated and easy; expect less on your images: 'ideal evaluate' measures it");
        err.println("see " + out.resolve(HtmlReport.FILE) + " and " + out.resolve("*.png"));
    }

    private Evaluation.Outcome evaluate(
            DemoDataset dataset, Backend on, FeatureExtractor extractor, FewShotDetector detector, PrintWriter err) {
        TestProtocol protocol = new TestProtocol(new Shots(normals, 1), Setting.GENERAL);
        EvaluationPlan plan = new EvaluationPlan(Dataset.open(out, DATA), protocol, List.of(seed));
        try (EvaluationProgress progress = new EvaluationProgress(new PrintWriter(Writer.nullWriter()), err) {
            @Override
            public void scored(String part, Scorer scorer) {
                DemoSheet.draw(dataset, part, scorer, out.resolve(part + ".png"));
            }
        }) {
            return new Evaluation(plan, detector, Provenance.of(on, extractor, List.of()), progress).run(out);
        }
    }

    /** Trains the encoder on generated products and tests it on others. Returns sections of the report. */
    private List<String> train(Backend on, PrintWriter err) {
        Path folder = out.resolve("training");
        if (Files.exists(folder)) {
            err.println("training: " + folder + " exists from an earlier run; delete it to train again");
            return List.of();
        }
        err.println("training on generated products, testing on others (a small 'ideal study')");
        try (FeatureExtractor extractor = BuiltinBackbone.smooth(on, TrainingStudy.DEMO_SIZE);
                TrainingProgress progress = new TrainingProgress(err)) {
            TrainingStudy study =
                    new TrainingStudy(TrainingStudy.Settings.DEMO, extractor, progress, EvaluationListener.NONE);
            StudyTable table = new StudyTable();
            study.draw(seed, folder);
            table.add(study.run(seed, folder));
            PrintWriter text = spec.commandLine().getOut();
            text.println();
            text.println("training, tested on products that it did not see: " + table.means(seed));
            text.flush();
            return List.of(
                    new TrainingSection(TrainingStudy.folder(folder, seed)
                                    .resolve("training")
                                    .resolve("log.jsonl"))
                            .html(),
                    table.html());
        }
    }

    private static void print(List<ProductResult> results, PrintWriter out) {
        out.println("part          images  image AUROC  pixel AUROC  pixel PRO");
        for (ProductResult result : results) {
            print(result.product(), result.images().size(), measure -> measure.of(result), out);
        }
        int images = results.stream().mapToInt(result -> result.images().size()).sum();
        print("mean", images, measure -> measure.mean(results), out);
    }

    private static void print(String part, int images, ToDoubleFunction<Measure> value, PrintWriter out) {
        out.printf(
                Locale.ROOT,
                "%-10s  %8d  %11.4f  %11.4f  %9.4f%n",
                part,
                images,
                value.applyAsDouble(Measure.IMAGE_AUROC),
                value.applyAsDouble(Measure.PIXEL_AUROC),
                value.applyAsDouble(Measure.PRO30));
    }
}
