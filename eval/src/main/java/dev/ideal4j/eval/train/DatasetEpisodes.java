package dev.ideal4j.eval.train;

import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingImage;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Draws;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TrainingEpisode;
import dev.ideal4j.eval.episodes.TrainingProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The published sequence of training episodes. Its generators first draw the test references of the target, then the
 * episodes.
 */
final class DatasetEpisodes implements Episode.Source {
    private final Dataset source;
    private final TrainingProtocol protocol;
    private final Map<LabeledImage, TrainingImage> made = new HashMap<>();

    DatasetEpisodes(TrainingPlan plan) {
        this(plan.source(), plan.protocol().shots(), plan.config().oneDefectType(), drawn(plan));
    }

    /**
     * Makes episodes without a target.
     *
     * @param oneDefectType whether all anomalous images of an episode have the same type of defect
     */
    DatasetEpisodes(Dataset source, Shots shots, boolean oneDefectType, Draws draws) {
        this.source = source;
        this.protocol = new TrainingProtocol(source, shots, oneDefectType, draws);
    }

    /** The generators after they have drawn the target's references. */
    private static Draws drawn(TrainingPlan plan) {
        Draws draws = new Draws(plan.config().seed());
        plan.protocol().episodes(plan.target().index(), draws);
        return draws;
    }

    @Override
    public Episode next() {
        TrainingEpisode drawn = protocol.next();
        return new Episode(images(drawn.normal()), images(drawn.anomalous()), image(drawn.query()));
    }

    private List<TrainingImage> images(List<LabeledImage> images) {
        return images.stream().map(this::image).toList();
    }

    private TrainingImage image(LabeledImage image) {
        return made.computeIfAbsent(image, key -> new DatasetImage(source, key));
    }
}
