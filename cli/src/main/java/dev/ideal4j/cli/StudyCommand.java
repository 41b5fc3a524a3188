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
                "Does training help on products that it has never seen? Make up products, train on some, test on the "
                        + "others: normal matching alone, the untrained encoder, the trained one. Needs no download.",
        mixinStandardHelpOptions = true)
final class StudyCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where pictures and results go.")
    private Path out;

    @Option(
            names = "--seed",
            arity = "1..*",
            paramLabel = "SEED",
            description = "Seeds of encoder, episodes and references; a run each (default: 17 18 19).")
    private List<Long> seeds = List.of(17L, 18L, 19L);

    @Option(names = "--pictures-seed", paramLabel = "SEED", description = "Of the pictures (default: 17).")
    private long pictures = 17;

    @Option(
            names = "--held-out",
            paramLabel = "WHAT",
            description = "What training never sees: products of the kinds it sees, or kinds; ${COMPLETION-CANDIDATES} "
                    + "(default: products).")
    private TrainingStudy.HeldOut heldOut = TrainingStudy.HeldOut.PRODUCTS;

    @Option(names = "--difficulty", paramLabel = "D", description = "Of the pictures, 0 to 1 (default: 0.25).")
    private double difficulty = 0.25;

    @Option(names = "--n-shot", paramLabel = "N", description = "Normal references (default: 1).")
    private int normals = 1;

    @Option(names = "--variants", paramLabel = "N", description = "Products of each kind to train on (default: 5).")
    private int variants = 5;

    @Option(names = "--good", paramLabel = "N", description = "Good pictures of each of them (default: 8).")
    private int good = 8;

    @Option(names = "--defective", paramLabel = "N", description = "Pictures of each of their defects (default: 3).")
    private int defective = 3;

    @Option(names = "--test-good", paramLabel = "N", description = "Good pictures of a test product (default: 9).")
    private int testGood = 9;

    @Option(
            names = "--test-defective",
            paramLabel = "N",
            description = "Pictures of each defect of a test product (default: 2).")
    private int testDefective = 2;

    @Option(
            names = "--draws",
            paramLabel = "N",
            description = "How often references are drawn for each test product (default: 3).")
    private int draws = 3;

    @Option(names = "--epochs", paramLabel = "N", description = "Epochs (default: 4).")
    private int epochs = 4;

    @Option(names = "--episodes", paramLabel = "N", description = "Episodes an epoch (default: 320).")
    private int episodes = 320;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Side of the input, a multiple of 28 (default: 224).")
    private int size = 224;

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            description = "builtin-smooth or builtin (default: builtin-smooth).")
    private String backbone = BuiltinBackbone.SMOOTH_NAME;

    @Option(names = "--backend", paramLabel = "NAME", description = "Where to compute (default: the best there is).")
    private String backend;

    @Override
    public void run() {
        PrintWriter err = spec.commandLine().getErr();
        PrintWriter text = spec.commandLine().getOut();
        IdealTrainingConfig training =
                IdealTrainingConfig.PUBLISHED.withLength(epochs, episodes, 16, Math.min(1, epochs));
        TrainingStudy.Settings settings = new TrainingStudy.Settings(
                heldOut,
                difficulty,
                normals,
                variants,
                new TrainingStudy.Pictures(good, defective),
                new TrainingStudy.Pictures(testGood, testDefective),
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
            err.println("making pictures");
            study.draw(pictures, out);
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
