package dev.ideal4j.detectors.training;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.TorchCheckpointWriter;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Trains any method. After each epoch the folder contains {@code last.pth} and {@code best.pth}, which PyTorch can read and
 * which have the method's published parameter names, the same two as {@code .safetensors}, and {@code state.safetensors}.
 * A run that was stopped at any moment can resume from the state and then gives the same bits as an uninterrupted run. The
 * best epoch has the largest sum of image and pixel AUROC. Among equals, the later epoch is the best.
 */
public final class Trainer {
    private static final String STATE = "state.safetensors";

    private final Learner learner;
    private final TrainingConfig config;
    private final Path folder;

    /**
     * @param learner parameters, losses and settings of the training
     * @param folder folder of the checkpoints; created if it is missing
     */
    public Trainer(Learner learner, Path folder) {
        this.learner = learner;
        this.config = learner.config();
        this.folder = folder;
    }

    /** Number of epochs that the run in a folder has finished; 0 if there is no state in the folder. */
    public static int finishedEpochs(Path folder) {
        Path file = folder.resolve(STATE);
        if (!Files.exists(file)) {
            return 0;
        }
        try (TrainingState state = TrainingState.open(file)) {
            return state.finishedEpochs();
        }
    }

    /** A run and its progress. */
    private record Run(TrainingEpochs epochs, int finishedEpochs, double best) {
        Parameters parameters() {
            return epochs.parameters();
        }
    }

    /**
     * Trains from the first epoch, or resumes from the state in the folder.
     *
     * @param episodes source at its beginning, also when resuming; the episodes of finished epochs are drawn and skipped
     * @param validation evaluates the detector of each epoch, or null; without validation the last epoch is the best
     * @param listener told of the progress
     * @param resume whether to resume from the folder's state, if there is one
     * @return the file {@code best.pth}
     * @throws TrainingDivergedException if a loss is not finite; the files of the last finished epoch stay
     * @throws dev.ideal4j.core.InvalidInputException if a resumed run had other settings, or an episode lacks references
     * @throws FileAccessException if the folder cannot be written
     * @throws WorkInterruptedException if the thread is interrupted; the files of the last finished epoch stay
     */
    public Path train(Episode.Source episodes, Validation validation, TrainingListener listener, boolean resume) {
        return learner.extractor().use().compute(() -> trainOpen(episodes, validation, listener, resume));
    }

    private Path trainOpen(Episode.Source episodes, Validation validation, TrainingListener listener, boolean resume) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
        try (Scope scope = learner.backend().scope()) {
            Run run = resume && Files.exists(folder.resolve(STATE)) ? resumed(scope) : fresh(scope);
            for (long drawn = 0; drawn < (long) run.finishedEpochs * config.episodes(); drawn++) {
                WorkInterruptedException.check();
                episodes.next();
            }
            listener.started(config.epochs(), run.finishedEpochs);
            double best = run.best;
            for (int epoch = run.finishedEpochs; epoch < config.epochs(); epoch++) {
                double loss = epoch(run, epoch, episodes, listener);
                save("last", run.parameters());
                Validation.Scores scores = validate(validation, run.parameters());
                boolean isBest = mayBeBest(epoch) && (scores == null || scores.sum() >= best);
                if (isBest) {
                    best = scores == null ? best : scores.sum();
                    save("best", run.parameters());
                }
                double rate = learner.rates().at((long) epoch * config.iterations());
                listener.epoch(epoch, config.epochs(), rate, loss, scores, isBest);
                TrainingState.write(
                        folder.resolve(STATE),
                        run.parameters(),
                        run.epochs.optimizer().state(),
                        epoch + 1,
                        best,
                        learner.settings());
            }
            return folder.resolve("best.pth");
        }
    }

    /** If the training is too short to reach {@link Learner#bestFrom}, its last epoch is the best. */
    private boolean mayBeBest(int epoch) {
        return epoch >= Math.min(learner.bestFrom(), config.epochs() - 1);
    }

    private Run fresh(Scope scope) {
        return new Run(TrainingEpochs.fresh(learner, scope), 0, 0);
    }

    private Run resumed(Scope scope) {
        try (TrainingState state = TrainingState.open(folder.resolve(STATE))) {
            state.requireSettings(learner.settings());
            Parameters parameters = Parameters.from(scope, state.parameters());
            Learner.Model model = learner.model(parameters);
            AdamOptimizer optimizer = AdamOptimizer.resumed(
                    parameters.all(), learner.optimisation().adam(), 0, scope, state.optimizer());
            TrainingEpochs epochs = new TrainingEpochs(learner, model, parameters, optimizer);
            return new Run(epochs, state.finishedEpochs(), state.best());
        }
    }

    /** Runs one epoch and returns the mean of its total losses. */
    private double epoch(Run run, int epoch, Episode.Source episodes, TrainingListener listener) {
        try {
            return run.epochs.run(epoch, episodes, listener);
        } catch (TrainingDivergedException e) {
            throw new TrainingDivergedException(
                    e.getMessage() + "; the last finished epoch's checkpoint in " + folder + " is as it was");
        }
    }

    private Validation.Scores validate(Validation validation, Weights parameters) {
        if (validation == null) {
            return null;
        }
        try (FewShotDetector detector = learner.detector(parameters)) {
            return validation.evaluate(detector);
        }
    }

    private void save(String name, Weights parameters) {
        TorchCheckpointWriter.write(folder.resolve(name + ".pth"), parameters);
        SafetensorsWriter.write(folder.resolve(name + ".safetensors"), parameters, Map.of());
    }
}
