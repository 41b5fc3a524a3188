package dev.ideal4j.eval.train;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.TiledEpisodes;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.FolderLock;
import dev.ideal4j.eval.evaluate.Json;
import dev.ideal4j.eval.evaluate.Provenance;
import dev.ideal4j.eval.report.TrainingReport;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trains a method on a data set as published. The output folder gets the checkpoints of {@link Trainer}, {@code
 * config.json} with all settings and versions, {@code log.jsonl} with the losses of each iteration and the scores of each
 * epoch, {@code report.html} with their curves, and each epoch's evaluation in {@code validation/}.
 * A run that is killed at any moment and resumed gives the same bits, also in its log. Only one run at a time may use a folder.
 */
public final class Training {
    private final TrainingPlan plan;
    private final FeatureExtractor extractor;
    private final TrainingListener listener;
    private final EvaluationListener validationListener;

    /**
     * Makes a training; {@link #run} runs it.
     *
     * @param extractor the frozen backbone; it is not closed
     * @param listener gets the progress of the training
     * @param validationListener gets the progress of each epoch's validation
     */
    public Training(
            TrainingPlan plan,
            FeatureExtractor extractor,
            TrainingListener listener,
            EvaluationListener validationListener) {
        this.plan = plan;
        this.extractor = extractor;
        this.listener = listener;
        this.validationListener = validationListener;
    }

    /**
     * Runs the training to the end.
     *
     * @param resume whether to continue the run in the folder, if there is one
     * @return {@code best.pth}
     * @throws InvalidInputException if the folder holds a run that is not to be resumed, that has other settings, or
     *     that is running
     * @throws dev.ideal4j.core.Ideal4jException if an image cannot be read, the folder cannot be written, or a loss is
     *     NaN
     */
    public Path run(boolean resume) {
        Episode.Source images = new DatasetEpisodes(plan);
        Episode.Source episodes = plan.tiling() == null
                ? images
                : new TiledEpisodes(images, plan.tiling(), plan.config().seed());
        FolderLock lock = FolderLock.claim(plan.out(), plan.out());
        try {
            removeLeftovers();
            claim(resume);
            FeatureCache cache = new FeatureCache(plan.cache(), extractor);
            Trainer trainer = new Trainer(plan.config().learner(cache), plan.out());
            int finished = resume ? Trainer.finishedEpochs(plan.out()) : 0;
            Validation validation = new TargetValidation(plan, extractor, validationListener);
            try (TrainingLog log = new TrainingLog(plan.out().resolve("log.jsonl"), finished)) {
                return trainer.train(episodes, validation, log.and(reporting()), resume);
            }
        } finally {
            lock.close();
        }
    }

    /** Deletes incomplete files that a run left when it was killed while it saved. */
    private void removeLeftovers() {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(plan.out(), "*.tmp")) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        } catch (IOException e) {
            throw FileAccessException.of(plan.out(), e);
        }
    }

    /** The listener, which also writes the report after each epoch. */
    private TrainingListener reporting() {
        return new TrainingListener() {
            @Override
            public void started(int epochs, int finished) {
                listener.started(epochs, finished);
            }

            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                listener.iteration(epoch, iteration, iterations, rate, losses);
            }

            @Override
            public void epoch(
                    int epoch, int epochs, double rate, double meanLoss, Validation.Scores scores, boolean best) {
                TrainingReport.write(plan.out());
                listener.epoch(epoch, epochs, rate, meanLoss, scores, best);
            }
        };
    }

    /** Writes the settings into a new folder, or checks those of the run in the folder. */
    private void claim(boolean resume) {
        Path file = plan.out().resolve("config.json");
        if (Files.exists(file)) {
            if (!resume) {
                throw new InvalidInputException(
                        "--out " + plan.out(), "a run that has begun", "a new folder, or --resume to continue the run");
            }
            requireSettings(Json.read(file, JsonNode.class, "the settings of a training")
                    .path("settings"));
            return;
        }
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("settings", settings());
        config.put("provenance", Provenance.of(extractor.backend(), extractor, List.of()));
        Json.write(file, config);
    }

    private void requireSettings(JsonNode before) {
        List<String> found = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        JsonNode now = Json.MAPPER.valueToTree(settings());
        now.fieldNames().forEachRemaining(name -> {
            String then = before.path(name).asText("nothing");
            if (!then.equals(now.path(name).asText())) {
                found.add(name + " = " + now.path(name).asText());
                expected.add(name + " = " + then);
            }
        });
        if (!found.isEmpty()) {
            throw new InvalidInputException(
                    "resuming " + plan.out(), String.join(", ", found), String.join(", ", expected) + " as before");
        }
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = plan.settings();
        settings.putAll(extractor.identity());
        settings.put("inputHeight", extractor.inputHeight());
        settings.put("inputWidth", extractor.inputWidth());
        settings.put("backend", extractor.backend().name());
        return settings;
    }
}
