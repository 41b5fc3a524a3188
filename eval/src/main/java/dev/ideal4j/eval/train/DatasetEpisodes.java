package dev.ideal4j.eval.train;

import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.TrainingPicture;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Draws;
import dev.ideal4j.eval.episodes.TrainingEpisode;
import dev.ideal4j.eval.episodes.TrainingProtocol;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The published row of training episodes: its generators first draw the target's test references, then the episodes. */
final class DatasetEpisodes implements Episode.Source {
    private final TrainingPlan plan;
    private final TrainingProtocol protocol;
    private final Map<LabeledImage, TrainingPicture> pictures = new HashMap<>();

    DatasetEpisodes(TrainingPlan plan) {
        this.plan = plan;
        Draws draws = new Draws(plan.config().seed());
        plan.protocol().episodes(plan.target().index(), draws);
        protocol = new TrainingProtocol(
                plan.source(), plan.protocol().shots(), plan.config().oneDefectType(), draws);
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
        return pictures.computeIfAbsent(image, picture -> new DatasetPicture(plan.source(), picture));
    }
}
