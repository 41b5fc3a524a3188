package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Pipeline;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Task;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores the images of a task that have no score yet. It writes a map to the map file, then its score to the journal. */
final class ProductScoring implements Pipeline.Stages<Integer, ProductScoring.Query, Anomaly> {
    private final EvaluationPlan plan;
    private final long seed;
    private final Task task;
    private final Journal journal;
    private final MapFile maps;
    private final EvaluationListener listener;
    private final Map<Integer, SkippedImage> skipped = new TreeMap<>();
    private final List<String> notes = new ArrayList<>();
    private final CostMeter meter;
    private Scorer scorer;
    private int scoredNow;

    /**
     * An image of a task.
     *
     * @param mask its mask in the size of the file, or null if it has no mask or is good
     * @param notes notes about the rule by which the mask was read
     */
    record Query(RgbImage image, Mask mask, List<String> notes) {}

    ProductScoring(
            EvaluationPlan plan,
            long seed,
            Task task,
            Journal journal,
            MapFile maps,
            EvaluationListener listener,
            CostMeter meter) {
        this.plan = plan;
        this.seed = seed;
        this.task = task;
        this.journal = journal;
        this.maps = maps;
        this.listener = listener;
        this.meter = meter;
    }

    /** The number of images scored here, without those of an earlier run. */
    int scoredNow() {
        return scoredNow;
    }

    ProductScores score(Fitting fitting) {
        List<Integer> pending = new ArrayList<>();
        for (int i = 0; i < task.queries().size(); i++) {
            if (journal.score(key(i)) == null || !maps.has(i)) {
                pending.add(i);
            }
        }
        if (!pending.isEmpty()) {
            try (Scorer fitted = fitting.to(task)) {
                scorer = fitted;
                Pipeline.run(pending, plan.batchSize(), plan.threads(), this);
                tell();
                listener.scored(task.product(), fitted);
            }
        }
        return collect();
    }

    private Journal.Key key(int index) {
        return new Journal.Key(seed, task.product(), task.queries().get(index).image());
    }

    @Override
    public Query read(Integer index) {
        LabeledImage query = task.queries().get(index);
        RgbImage image = ImageReader.read(plan.dataset().file(query.image()));
        List<String> found = new ArrayList<>();
        boolean masked = query.anomalous() && !query.mask().isEmpty();
        return new Query(image, masked ? plan.dataset().mask(query, found::add) : null, found);
    }

    @Override
    public long pixels(Query query) {
        return (long) query.image.width() * query.image.height();
    }

    @Override
    public List<Anomaly> score(List<Query> queries) {
        List<RgbImage> images = queries.stream().map(Query::image).toList();
        return meter.score(images.size(), () -> scorer.readsRows() ? inTiles(images) : scorer.score(images));
    }

    /** Gives the same bits as all images in one call. */
    private List<Anomaly> inTiles(List<RgbImage> images) {
        return images.stream()
                .map(image -> scorer.score(image.rows(), null, listener::tiles))
                .toList();
    }

    @Override
    public boolean write(List<Pipeline.Item<Integer, Query, Anomaly>> items) {
        List<Journal.Entry> entries = new ArrayList<>();
        try {
            for (Pipeline.Item<Integer, Query, Anomaly> item : items) {
                if (item.failure() == null) {
                    write(item.file(), item.image().mask, item.result());
                    entries.add(
                            new Journal.Entry(key(item.file()), item.result().score()));
                    notes.addAll(item.image().notes);
                } else if (item.image() == null && plan.keepGoing()) {
                    skip(item.file(), item.failure().getMessage());
                } else {
                    throw item.failure();
                }
            }
        } finally {
            maps.force();
            journal.append(entries);
            scoredNow += entries.size();
        }
        listener.advanced(items.size());
        return true;
    }

    private void skip(int index, String reason) {
        SkippedImage left = new SkippedImage(task.queries().get(index).image(), reason);
        skipped.put(index, left);
        listener.skipped(left);
    }

    private void write(int index, Mask mask, Anomaly anomaly) {
        Path file = plan.dataset().file(task.queries().get(index).image());
        ScoreMap map = anomaly.map();
        if (!Float.isFinite(anomaly.score())) {
            throw new InvalidInputException("score of " + file, Float.toString(anomaly.score()), "a finite number");
        }
        for (int i = 0; i < map.values().length; i++) {
            if (!Float.isFinite(map.values()[i])) {
                throw new InvalidInputException(
                        "anomaly map of " + file,
                        map.values()[i] + " at x " + i % map.width() + ", y " + i / map.width(),
                        "finite numbers");
            }
        }
        maps.write(index, map, truth(mask, map, plan.rules().masks()));
    }

    private static Mask truth(Mask mask, ScoreMap map, Mask.Resize rule) {
        return mask == null
                ? new Mask(map.width(), map.height(), new boolean[map.values().length])
                : mask.resize(map.width(), map.height(), rule);
    }

    /** Reports once for each product the masks whose files do not determine how they are read. */
    private void tell() {
        if (!notes.isEmpty()) {
            String more =
                    notes.size() == 1 ? "" : " (and " + (notes.size() - 1) + " more masks of " + task.product() + ")";
            listener.note(notes.get(0) + more);
        }
    }

    private ProductScores collect() {
        List<ScoredImage> images = new ArrayList<>();
        List<Integer> indices = new ArrayList<>();
        for (int i = 0; i < task.queries().size(); i++) {
            LabeledImage query = task.queries().get(i);
            if (!skipped.containsKey(i)) {
                images.add(new ScoredImage(query.image(), query.type(), query.anomalous(), journal.score(key(i))));
                indices.add(i);
            }
        }
        return new ProductScores(task.product(), seed, images, indices, List.copyOf(skipped.values()));
    }
}
