package dev.ideal4j.detectors;

import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A scorer that notifies a listener after each call. */
record HeardScorer(Scorer scorer, Listener listener) implements Scorer {
    @Override
    public Map<String, Object> config() {
        return scorer.config();
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images) {
        return heard(() -> scorer.score(images));
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images, List<@Nullable Mask> ignored) {
        return heard(() -> scorer.score(images, ignored));
    }

    @Override
    public boolean readsRows() {
        return scorer.readsRows();
    }

    @Override
    public Anomaly score(RgbImage.Rows image, @Nullable Mask ignored, Parts heard) {
        return heard(() -> List.of(scorer.score(image, ignored, heard))).get(0);
    }

    private List<Anomaly> heard(Supplier<List<Anomaly>> call) {
        long start = System.nanoTime();
        List<Anomaly> anomalies;
        try {
            anomalies = call.get();
        } catch (RuntimeException e) {
            listener.failed(e);
            throw e;
        }
        if (!anomalies.isEmpty()) {
            listener.scored(anomalies, Duration.ofNanos(System.nanoTime() - start));
        }
        return anomalies;
    }

    @Override
    public Scorer forImagesLike(RgbImage first) {
        Scorer part = scorer.forImagesLike(first);
        return part == scorer ? this : part.heardBy(listener);
    }

    @Override
    public @Nullable Weights learnt() {
        return scorer.learnt();
    }

    @Override
    public void close() {
        scorer.close();
    }
}
