package dev.ideal4j.eval.train;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.ideal.IdealTrainingConfig;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Learner;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import dev.ideal4j.eval.episodes.Draws;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.Provenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Does training help on products that it has never seen? Trains the encoder on generated products and compares, on other
 * ones and with the same references, normal matching alone, the encoder as it was drawn, and the encoder as it was trained.
 * The last epoch counts; nothing is chosen by the test products.
 */
public final class TrainingStudy {
    /** Which products are kept for the test. */
    public enum HeldOut {
        /** One product of each kind, while others of its kind are trained on. */
        PRODUCTS,
        /** Every second kind of part, none of whose products is trained on. */
        KINDS
    }

    /** What is compared. */
    public enum Arm {
        /** No abnormal reference: similarity to the normal ones alone. */
        NORMAL_ONLY,
        /** One abnormal reference, and an encoder that was not trained. */
        UNTRAINED,
        /** One abnormal reference, and the trained encoder. */
        TRAINED
    }

    /**
     * Pictures of a product.
     *
     * @param good good ones, references included
     * @param defective of each defect
     */
    public record Pictures(int good, int defective) {}

    /**
     * Settings.
     *
     * @param heldOut which products are kept for the test
     * @param difficulty of the pictures, 0 to 1
     * @param normals normal references of an episode, in training and test
     * @param variants products of each kind to train on
     * @param trained pictures of each product to train on
     * @param tested pictures of each product to test on
     * @param draws how often references are drawn for each test product
     * @param training length, rate and losses; its seed is replaced
     */
    public record Settings(
            HeldOut heldOut,
            double difficulty,
            int normals,
            int variants,
            Pictures trained,
            Pictures tested,
            int draws,
            IdealTrainingConfig training) {
        /** Small enough for a demonstration. */
        public static final Settings DEMO = new Settings(
                HeldOut.PRODUCTS,
                0.25,
                1,
                5,
                new Pictures(5, 1),
                new Pictures(6, 1),
                3,
                IdealTrainingConfig.PUBLISHED.withLength(3, 256, 16, 1));
    }

    /** Side of the input in the demonstration, in pixels. */
    public static final int DEMO_SIZE = 224;

    private final Settings settings;
    private final FeatureExtractor extractor;
    private final TrainingListener trainingListener;
    private final EvaluationListener evaluationListener;

    /** @param extractor frozen backbone; used, not closed */
    public TrainingStudy(
            Settings settings,
            FeatureExtractor extractor,
            TrainingListener trainingListener,
            EvaluationListener evaluationListener) {
        this.settings = settings;
        this.extractor = extractor;
        this.trainingListener = trainingListener;
        this.evaluationListener = evaluationListener;
        if (settings.variants < 1) {
            throw new InvalidInputException("variants", Integer.toString(settings.variants), "1 or more");
        }
    }

    /**
     * Makes the pictures; must come before {@link #run}, once a folder.
     *
     * @param seed of the pictures
     * @param folder empty or missing; gets {@code source} and {@code target}
     */
    public void draw(long seed, Path folder) {
        DemoDataset pictures = new DemoDataset(seed, settings.difficulty);
        List<String> trained = pictures.variants(1, settings.variants).stream()
                .filter(name -> isTrained(pictures, name))
                .toList();
        List<String> tested = pictures.parts().stream()
                .filter(name -> settings.heldOut == HeldOut.PRODUCTS || !isTrained(pictures, name))
                .toList();
        // Their indices need a training folder; the protocol draws from the test pictures alone.
        new DemoFolder(folder.resolve("source"))
                .write(pictures, trained, 1, settings.trained.good, settings.trained.defective);
        new DemoFolder(folder.resolve("target"))
                .write(pictures, tested, 1, settings.tested.good, settings.tested.defective);
    }

    /**
     * Runs the study for one seed of encoder, episodes and references.
     *
     * @param folder with the pictures; gets {@code features}, and in {@code seed-N} the training's {@code log.jsonl} and
     *     checkpoints, and each arm's results
     * @return the evaluation of each arm on the test products
     */
    public Map<Arm, Evaluation.Outcome> run(long seed, Path folder) {
        FeatureCache cache = new FeatureCache(folder.resolve("features"), extractor);
        Path out = folder(folder, seed);
        Path checkpoint = train(seed, Dataset.open(folder, "source"), cache, out.resolve("training"));
        FeatureExtractor cached = cache.cachedExtractor();
        IdealConfig config = settings.training.detector();
        Dataset target = Dataset.open(folder, "target");
        Map<Arm, Evaluation.Outcome> outcomes = new EnumMap<>(Arm.class);
        for (Arm arm : Arm.values()) {
            try (FewShotDetector detector = arm == Arm.TRAINED
                    ? IdealDetector.load(checkpoint, cached, config)
                    : IdealDetector.untrained(cached, seed, config)) {
                Shots shots = new Shots(settings.normals, arm == Arm.NORMAL_ONLY ? 0 : 1);
                // Seeds of neighbouring runs share no draw.
                List<Long> draws = LongStream.range(0, settings.draws)
                        .mapToObj(i -> seed + 1000 * i)
                        .toList();
                EvaluationPlan plan = new EvaluationPlan(target, new TestProtocol(shots, Setting.GENERAL), draws);
                Provenance provenance = Provenance.of(
                        extractor.backend(), extractor, arm == Arm.TRAINED ? List.of(checkpoint) : List.of());
                outcomes.put(
                        arm,
                        new Evaluation(plan, detector, provenance, evaluationListener)
                                .run(out.resolve(arm.name().toLowerCase(Locale.ROOT))));
            }
        }
        return outcomes;
    }

    /** Where a seed's run is in a study's folder. */
    public static Path folder(Path study, long seed) {
        return study.resolve("seed-" + seed);
    }

    private boolean isTrained(DemoDataset pictures, String name) {
        return settings.heldOut == HeldOut.PRODUCTS || pictures.parts().indexOf(DemoDataset.kind(name)) % 2 == 0;
    }

    private Path train(long seed, Dataset source, FeatureCache cache, Path out) {
        Learner learner = settings.training.withSeed(seed).learner(cache);
        DatasetEpisodes episodes = new DatasetEpisodes(source, new Shots(settings.normals, 1), false, new Draws(seed));
        created(out);
        LossCurve curve = new LossCurve(out.resolve("losses.png"));
        try (TrainingLog log = new TrainingLog(out.resolve("log.jsonl"), curve, 0)) {
            new Trainer(learner, out).train(episodes, null, log.and(trainingListener), false);
        }
        return out.resolve("last.safetensors");
    }

    private static void created(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FileAccessException(folder, e);
        }
    }
}
