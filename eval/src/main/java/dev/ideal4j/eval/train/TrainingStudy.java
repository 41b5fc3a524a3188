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
 * Tests whether training helps on products that it has never seen. It trains the encoder on generated products. On other
 * products, with the same references, it compares normal matching alone, the known defect without an encoder, the encoder
 * before the training, and the encoder after the training. The last epoch counts; the test products are not used to choose anything.
 */
public final class TrainingStudy {
    /** The products that only the test uses. */
    public enum HeldOut {
        /** One product of each kind. Training uses other products of the same kind. */
        PRODUCTS,
        /** Every second kind of part. Training uses no product of these kinds. */
        KINDS
    }

    /** The detectors that are compared. */
    public enum Arm {
        /** No anomalous reference: similarity to the normal references alone. */
        NORMAL_ONLY,
        /** One anomalous reference, and no encoder: the known defect raises scores. */
        KNOWN_DEFECTS,
        /** One anomalous reference, and the untrained encoder. */
        UNTRAINED,
        /** One anomalous reference, and the trained encoder. */
        TRAINED
    }

    /**
     * Numbers of images of a product.
     *
     * @param good number of good images, with the references
     * @param defective number of images of each defect
     */
    public record ImageCounts(int good, int defective) {}

    /**
     * The settings of a study.
     *
     * @param heldOut the products that only the test uses
     * @param difficulty difficulty of the images, 0 to 1
     * @param normals normal references of an episode, in training and test
     * @param variants products of each kind to train on
     * @param trained images of each product to train on
     * @param tested images of each product to test on
     * @param draws number of times that references are drawn for each test product
     * @param training settings of the training; their seed is replaced
     */
    public record Settings(
            HeldOut heldOut,
            double difficulty,
            int normals,
            int variants,
            ImageCounts trained,
            ImageCounts tested,
            int draws,
            IdealTrainingConfig training) {
        /** Settings for a short demonstration. */
        public static final Settings DEMO = new Settings(
                HeldOut.PRODUCTS,
                0.25,
                1,
                5,
                new ImageCounts(5, 1),
                new ImageCounts(6, 1),
                3,
                IdealTrainingConfig.PUBLISHED.withLength(3, 256, 16, 1));
    }

    /** Side of the input in the demonstration, in pixels. */
    public static final int DEMO_SIZE = 224;

    private final Settings settings;
    private final FeatureExtractor extractor;
    private final TrainingListener trainingListener;
    private final EvaluationListener evaluationListener;

    /** @param extractor the frozen backbone; it is not closed */
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
     * Generates the images of a folder. It must be called once for a folder, before {@link #run}.
     *
     * @param seed seed of the images
     * @param folder an empty or missing folder; gets {@code source} and {@code target}
     */
    public void draw(long seed, Path folder) {
        DemoDataset dataset = new DemoDataset(seed, settings.difficulty);
        List<String> trained = dataset.variants(1, settings.variants).stream()
                .filter(name -> isTrained(dataset, name))
                .toList();
        List<String> tested = dataset.parts().stream()
                .filter(name -> settings.heldOut == HeldOut.PRODUCTS || !isTrained(dataset, name))
                .toList();
        // The index needs a training folder; the protocol draws from the test images alone.
        new DemoFolder(folder.resolve("source"))
                .write(dataset, trained, 1, settings.trained.good, settings.trained.defective);
        new DemoFolder(folder.resolve("target"))
                .write(dataset, tested, 1, settings.tested.good, settings.tested.defective);
    }

    /**
     * Runs the study for a seed of encoder, episodes and references.
     *
     * @param folder the folder with the images; gets {@code features}, and in {@code seed-N} the training's {@code log.jsonl} and
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
            try (FewShotDetector detector =
                    switch (arm) {
                        case NORMAL_ONLY, KNOWN_DEFECTS -> IdealDetector.knownDefects(cached, config);
                        case UNTRAINED -> IdealDetector.untrained(cached, seed, config);
                        case TRAINED -> IdealDetector.load(checkpoint, cached, config);
                    }) {
                Shots shots = new Shots(settings.normals, arm == Arm.NORMAL_ONLY ? 0 : 1);
                // The draws of neighbouring seeds have different seeds.
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

    /** The folder of a seed's run in a study's folder. */
    public static Path folder(Path study, long seed) {
        return study.resolve("seed-" + seed);
    }

    private boolean isTrained(DemoDataset dataset, String name) {
        return settings.heldOut == HeldOut.PRODUCTS || dataset.parts().indexOf(DemoDataset.kind(name)) % 2 == 0;
    }

    private Path train(long seed, Dataset source, FeatureCache cache, Path out) {
        Learner learner = settings.training.withSeed(seed).learner(cache);
        DatasetEpisodes episodes = new DatasetEpisodes(source, new Shots(settings.normals, 1), false, new Draws(seed));
        created(out);
        try (TrainingLog log = new TrainingLog(out.resolve("log.jsonl"), 0)) {
            new Trainer(learner, out).train(episodes, null, log.and(trainingListener), false);
        }
        return out.resolve("last.safetensors");
    }

    private static void created(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
    }
}
