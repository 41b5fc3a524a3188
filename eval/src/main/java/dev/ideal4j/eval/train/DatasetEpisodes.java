package dev.ideal4j.eval.train;

import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingPicture;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Draws;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TrainingEpisode;
import dev.ideal4j.eval.episodes.TrainingProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The published row of training episodes: its generators first draw the target's test references, then the episodes. */
final class DatasetEpisodes implements Episode.Source {
    private final Dataset source;
    private final TrainingProtocol protocol;
    private final Map<LabeledImage, TrainingPicture> pictures = new HashMap<>();

    DatasetEpisodes(TrainingPlan plan) {
        this(plan.source(), plan.protocol().shots(), plan.config().oneDefectType(), drawn(plan));
    }

    /**
     * Episodes without a target.
     *
     * @param oneDefectType whether an episode's abnormal pictures are of one type
     */
    DatasetEpisodes(Dataset source, Shots shots, boolean oneDefectType, Draws draws) {
        this.source = source;
        this.protocol = new TrainingProtocol(source, shots, oneDefectType, draws);
    }

    /** Generators that have drawn the target's references. */
    private static Draws drawn(TrainingPlan plan) {
        Draws draws = new Draws(plan.config().seed());
        plan.protocol().episodes(plan.target().index(), draws);
        return draws;
    }

    @Override
    public Episode next() {
        TrainingEpisode drawn = protocol.next();
        return new Episode(pictures(drawn.normal()), pictures(drawn.anomalous()), picture(drawn.query()));
    }

    private List<TrainingPicture> pictures(List<LabeledImage> images) {
        return images.stream().map(this::picture).toList();
    }

    private TrainingPicture picture(LabeledImage image) {
        return pictures.computeIfAbsent(image, picture -> new DatasetPicture(source, picture));
    }
}
