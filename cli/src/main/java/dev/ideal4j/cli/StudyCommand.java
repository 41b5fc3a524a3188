package dev.ideal4j.cli;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.ideal.IdealTrainingConfig;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.train.StudyTable;
import dev.ideal4j.eval.train.TrainingStudy;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "study",
        description =
                "Test whether training helps on products that it has never seen. Generate products, train on some and "
                        + "test on the others: normal matching alone, known defects without an encoder, the untrained encoder "
                        + "and the trained encoder. Needs no download.",
        mixinStandardHelpOptions = true)
final class StudyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "The folder for images and results.")
    private Path out;

    @Option(
            names = "--seed",
            arity = "1..*",
            paramLabel = "SEED",
            description = "Seeds of encoder, episodes and references; one run for each seed (default: 17 18 19).")
    private List<Long> seeds = List.of(17L, 18L, 19L);

    @Option(names = "--pictures-seed", paramLabel = "SEED", description = "Seed of the images (default: 17).")
    private long imageSeed = 17;

    @Option(
            names = "--held-out",
            paramLabel = "WHAT",
            description = "What training never sees: other products of the same kinds, or whole kinds of products; "
                    + "${COMPLETION-CANDIDATES} (default: products).")
    private TrainingStudy.HeldOut heldOut = TrainingStudy.HeldOut.PRODUCTS;

    @Option(names = "--difficulty", paramLabel = "D", description = "Difficulty of the images, 0 to 1 (default: 0.25).")
    private double difficulty = 0.25;

    @Option(names = "--n-shot", paramLabel = "N", description = "Normal references of each test product (default: 1).")
    private int normals = 1;

    @Option(names = "--variants", paramLabel = "N", description = "Products of each kind to train on (default: 5).")
    private int variants = 5;

    @Option(names = "--good", paramLabel = "N", description = "Good images of each product to train on (default: 8).")
    private int good = 8;

    @Option(
            names = "--defective",
            paramLabel = "N",
            description = "Images of each defect of a product to train on (default: 3).")
    private int defective = 3;

    @Option(names = "--test-good", paramLabel = "N", description = "Good images of each test product (default: 9).")
    private int testGood = 9;

    @Option(
            names = "--test-defective",
            paramLabel = "N",
            description = "Images of each defect of each test product (default: 2).")
    private int testDefective = 2;

    @Option(
            names = "--draws",
            paramLabel = "N",
            description = "Number of times that references are drawn for each test product (default: 3).")
    private int draws = 3;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs of the training (default: 4).")
    private int epochs = 4;

    @Option(names = "--episodes", paramLabel = "N", description = "Episodes of each epoch (default: 320).")
    private int episodes = 320;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of the input in pixels, a multiple of 28 (default: 224).")
    private int size = 224;

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            description = "The network that computes features: builtin-smooth or builtin (default: builtin-smooth).")
    private String backbone = BuiltinBackbone.SMOOTH_NAME;

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            description = "The backend that computes (default: the best available).")
    private String backend;

    @Override
    public void run() {
        new OptionRange(spec)
                .require(difficulty >= 0 && difficulty <= 1, "--difficulty", difficulty, "0 to 1")
                .atLeast("--n-shot", 1, normals)
                .atLeast("--variants", 1, variants)
                .atLeast("--good", 1, good)
                .atLeast("--defective", 1, defective)
                .atLeast("--test-good", normals + 1, testGood)
                .atLeast("--test-defective", 1, testDefective)
                .atLeast("--draws", 1, draws)
                .atLeast("--epochs", 1, epochs)
                .atLeast("--episodes", 1, episodes);
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter text = spec.commandLine().getOut();
        IdealTrainingConfig training =
                IdealTrainingConfig.PUBLISHED.withLength(epochs, episodes, 16, Math.min(1, epochs));
        TrainingStudy.Settings settings = new TrainingStudy.Settings(
                heldOut,
                difficulty,
                normals,
                variants,
                new TrainingStudy.ImageCounts(good, defective),
                new TrainingStudy.ImageCounts(testGood, testDefective),
                draws,
                training);
        StudyTable table = new StudyTable();
        try (Backend on = backend == null ? Backends.best() : Backends.open(backend);
                FeatureExtractor extractor = extractor(on);
                TrainingProgress progress = new TrainingProgress(err)) {
            if (Files.exists(out.resolve("source"))) {
                throw new InvalidInputException("--out " + out, "a study", "a new folder");
            }
            TrainingStudy study = new TrainingStudy(settings, extractor, progress, EvaluationListener.NONE);
            err.println("generating images");
            study.draw(imageSeed, out);
            for (long seed : seeds) {
                table.add(study.run(seed, out));
                err.println("seed " + seed + ": " + table.means(seed));
                err.flush();
            }
        }
        text.print(table.markdown());
        text.flush();
    }

    private FeatureExtractor extractor(Backend on) {
        return switch (backbone) {
            case BuiltinBackbone.NAME -> new BuiltinBackbone(on, size);
            case BuiltinBackbone.SMOOTH_NAME -> BuiltinBackbone.smooth(on, size);
            default ->
                throw new InvalidInputException(
                        "--backbone", backbone, BuiltinBackbone.NAME + " or " + BuiltinBackbone.SMOOTH_NAME);
        };
    }
}
