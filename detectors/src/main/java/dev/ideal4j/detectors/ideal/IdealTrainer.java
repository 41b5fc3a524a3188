package dev.ideal4j.detectors.ideal;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.core.optim.GradientClipping;
import dev.ideal4j.core.optim.LearningRate;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.TrainingDivergedException;
import dev.ideal4j.detectors.training.TrainingListener;
import dev.ideal4j.detectors.training.TrainingState;
import dev.ideal4j.detectors.training.Validation;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains IDEAL's encoder as published. After each epoch the folder holds {@code last.pth} and {@code best.pth}, with the
 * published parameter names and as PyTorch reads them, the same as {@code .safetensors}, and {@code state.safetensors}, from which a run that
 * was stopped at any moment goes on to the same bits as one that was not. The best epoch is the one with the largest sum
 * of image and pixel AUROC, the later among equals.
 */
public final class IdealTrainer {
    private static final String STATE = "state.safetensors";

    private final IdealTrainingConfig config;
    private final FeatureExtractor extractor;
    private final FeatureExtractor validated;
    private final EpisodeBatches batches;
    private final Path folder;

    /**
     * @param config settings
     * @param cache features of the frozen backbone
     * @param folder where checkpoints go; created when needed
     */
    public IdealTrainer(IdealTrainingConfig config, FeatureCache cache, Path folder) {
        this.config = config;
        this.extractor = cache.extractor();
        this.validated = cache.cachedExtractor();
        this.batches = new EpisodeBatches(cache);
        this.folder = folder;
    }

    /** How many epochs a folder's run has finished; 0 if none has begun there. */
    public static int finishedEpochs(Path folder) {
        Path file = folder.resolve(STATE);
        if (!Files.exists(file)) {
            return 0;
        }
        try (TrainingState state = TrainingState.open(file)) {
            return state.finishedEpochs();
        }
    }

    /** Parameters, optimiser and progress of a run. */
    private record Run(
            Parameters parameters,
            IdealObjective objective,
            AdamOptimizer optimizer,
            int finishedEpochs,
            double best) {}

    /**
     * Trains from the first epoch on, or from where the folder's state says.
     *
     * @param episodes from its beginning, also when resuming: what was drawn before is drawn again and left out
     * @param validation judges each epoch's detector, or null for none: then the last epoch is the best
     * @param listener hears of progress
     * @param resume whether to go on from the folder's state, if there is one
     * @return {@code best.pth}
     * @throws TrainingDivergedException if a loss is not finite; the last epoch's files stay
     * @throws dev.ideal4j.core.InvalidInputException if a resumed run had other settings, or an episode lacks references
     * @throws FileAccessException if the folder cannot be written
     */
    public Path train(Episode.Source episodes, Validation validation, TrainingListener listener, boolean resume) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FileAccessException(folder, e);
        }
        try (Scope scope = extractor.backend().scope()) {
            Run run = resume && Files.exists(folder.resolve(STATE)) ? resumed(scope) : fresh(scope);
            for (long drawn = 0; drawn < (long) run.finishedEpochs * config.episodes(); drawn++) {
                episodes.next();
            }
            double best = run.best;
            for (int epoch = run.finishedEpochs; epoch < config.epochs(); epoch++) {
                double loss = epoch(run, epoch, episodes, listener);
                save("last", run.parameters);
                Validation.Scores scores = validate(validation, run.parameters);
                boolean isBest = scores == null || scores.sum() >= best;
                if (isBest) {
                    best = scores == null ? best : scores.sum();
                    save("best", run.parameters);
                }
                double rate = config.rates().at((long) epoch * config.iterations());
                listener.epoch(epoch, config.epochs(), rate, loss, scores, isBest);
                TrainingState.write(
                        folder.resolve(STATE), run.parameters, run.optimizer.state(), epoch + 1, best, settings());
            }
            return folder.resolve("best.pth");
        }
    }

    private Run fresh(Scope scope) {
        return run(Parameters.fresh(scope, config.seed()), null, 0, 0, scope);
    }

    private Run resumed(Scope scope) {
        try (TrainingState state = TrainingState.open(folder.resolve(STATE))) {
            state.requireSettings(settings());
            Parameters parameters = Parameters.from(scope, state.parameters());
            return run(parameters, state.optimizer(), state.finishedEpochs(), state.best(), scope);
        }
    }

    private Run run(Parameters parameters, Weights optimizerState, int finishedEpochs, double best, Scope scope) {
        IntrinsicDeviationEncoder encoder = new IntrinsicDeviationEncoder(
                parameters,
                config.vectors(),
                extractor.width(),
                config.detector().heads());
        IdealObjective objective =
                new IdealObjective(encoder, config.detector(), config.maskLayout(), config.weights());
        Updates.Adam settings = new Updates.Adam(0.9, 0.999, 1e-10, config.weightDecay(), true, true);
        AdamOptimizer optimizer = optimizerState == null
                ? AdamOptimizer.fresh(parameters.all(), settings, 0, scope)
                : AdamOptimizer.resumed(parameters.all(), settings, 0, scope, optimizerState);
        return new Run(parameters, objective, optimizer, finishedEpochs, best);
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new LinkedHashMap<>(config.toMap());
        settings.put("backbone", extractor.name());
        settings.put("fingerprint", extractor.fingerprint());
        return settings;
    }

    /** One epoch; returns the mean of its total losses. */
    private double epoch(Run run, int epoch, Episode.Source episodes, TrainingListener listener) {
        LearningRate rates = config.rates();
        double sum = 0;
        for (int iteration = 0; iteration < config.iterations(); iteration++) {
            int count = Math.min(config.batch(), config.episodes() - iteration * config.batch());
            List<Episode> drawn = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                drawn.add(episodes.next());
            }
            long step = (long) epoch * config.iterations() + iteration;
            Map<String, Float> losses = step(run, drawn, step, rates.at(step));
            sum += losses.get("total");
            listener.iteration(epoch, iteration, config.iterations(), rates.at(step), losses);
        }
        return sum / config.iterations();
    }

    private Map<String, Float> step(Run run, List<Episode> episodes, long step, double rate) {
        Backend backend = extractor.backend();
        try (Tape tape = Tape.recording(backend)) {
            IdealObjective.Batch batch = batches.of(episodes, tape.scope());
            IdealObjective.Result result = run.objective.compute(tape, batch, dropouts(step));
            Map<String, Float> losses = new LinkedHashMap<>();
            losses.put("total", result.total().scalar());
            losses.put("image", result.image().scalar());
            losses.put("focal", result.focal().scalar());
            losses.put("dice", result.dice().scalar());
            losses.put("gather", result.gather().scalar());
            losses.put("orthogonality", result.orthogonality().scalar());
            if (!Float.isFinite(losses.get("total"))) {
                throw new TrainingDivergedException("loss at epoch " + step / config.iterations() + ", iteration "
                        + step % config.iterations() + ": found " + losses + ", expected finite numbers; the last"
                        + " finished epoch's checkpoint in " + folder + " is as it was");
            }
            tape.backward(result.total());
            if (config.gradientClip() > 0) {
                GradientClipping.byNorm(run.parameters.all(), tape, config.gradientClip());
            }
            run.optimizer.step(tape, rate);
            return losses;
        }
    }

    /** Other elements each step, the same ones for the same seed. */
    private Dropouts dropouts(long step) {
        long seed = config.seed() * 0x9E3779B97F4A7C15L + 2 * step;
        return new Dropouts(new Dropout(seed, config.dropout()), new Dropout(~seed, config.dropout()));
    }

    private Validation.Scores validate(Validation validation, Weights parameters) {
        if (validation == null) {
            return null;
        }
        try (IdealDetector detector = IdealDetector.of(parameters, validated, config.detector())) {
            return validation.evaluate(detector);
        }
    }

    private void save(String name, Weights parameters) {
        TorchCheckpointWriter.write(folder.resolve(name + ".pth"), parameters);
        SafetensorsWriter.write(folder.resolve(name + ".safetensors"), parameters, Map.of());
    }
}
