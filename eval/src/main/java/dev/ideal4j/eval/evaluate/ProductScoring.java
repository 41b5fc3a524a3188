package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Scores the images of a task that have no score yet. It writes a map to the map file, then its score to the journal. */
final class ProductScoring {
    private final EvaluationPlan plan;
    private final long seed;
    private final Task task;
    private final Journal journal;
    private final MapFile maps;
    private final EvaluationListener listener;
    private final Map<Integer, SkippedImage> skipped = new TreeMap<>();
    private final CostMeter meter;
    private int scoredNow;

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
        List<ImageBatches.Item> pending = new ArrayList<>();
        for (int i = 0; i < task.queries().size(); i++) {
            if (journal.score(key(i)) == null || !maps.has(i)) {
                pending.add(ImageBatches.Item.unread(i, task.queries().get(i)));
            }
        }
        if (!pending.isEmpty()) {
            try (Scorer fitted = fitting.to(task);
                    ImageBatches reader = new ImageBatches(plan.dataset(), pending, plan.batchSize(), plan.threads())) {
                List<String> notes = new ArrayList<>();
                for (List<ImageBatches.Item> batch = reader.next(); !batch.isEmpty(); batch = reader.next()) {
                    score(fitted, readable(batch));
                    batch.forEach(item -> notes.addAll(item.notes()));
                    listener.advanced(batch.size());
                }
                tell(notes);
            }
        }
        return collect();
    }

    private Journal.Key key(int index) {
        return new Journal.Key(seed, task.product(), task.queries().get(index).image());
    }

    private List<ImageBatches.Item> readable(List<ImageBatches.Item> batch) {
        List<ImageBatches.Item> readable = new ArrayList<>();
        for (ImageBatches.Item item : batch) {
            if (item.failure() == null) {
                readable.add(item);
            } else if (plan.keepGoing()) {
                SkippedImage left =
                        new SkippedImage(item.image().image(), item.failure().getMessage());
                skipped.put(item.index(), left);
                listener.skipped(left);
            } else {
                throw item.failure();
            }
        }
        return readable;
    }

    private void score(Scorer fitted, List<ImageBatches.Item> batch) {
        if (batch.isEmpty()) {
            return;
        }
        List<Anomaly> anomalies = meter.score(
                fitted, batch.stream().map(ImageBatches.Item::pixels).toList());
        List<Journal.Entry> entries = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            ImageBatches.Item item = batch.get(i);
            ScoreMap map = anomalies.get(i).map();
            if (!Float.isFinite(anomalies.get(i).score())) {
                throw new InvalidInputException(
                        "score of " + plan.dataset().file(item.image().image()),
                        Float.toString(anomalies.get(i).score()),
                        "a finite number");
            }
            checkFinite(item, map);
            maps.write(item.index(), map, truth(item.mask(), map, plan.rules().masks()));
            entries.add(new Journal.Entry(key(item.index()), anomalies.get(i).score()));
        }
        maps.force();
        journal.append(entries);
        scoredNow += batch.size();
    }

    private void checkFinite(ImageBatches.Item item, ScoreMap map) {
        for (int i = 0; i < map.values().length; i++) {
            if (!Float.isFinite(map.values()[i])) {
                throw new InvalidInputException(
                        "anomaly map of " + plan.dataset().file(item.image().image()),
                        map.values()[i] + " at x " + i % map.width() + ", y " + i / map.width(),
                        "finite numbers");
            }
        }
    }

    private static Mask truth(Mask mask, ScoreMap map, Mask.Resize rule) {
        return mask == null
                ? new Mask(map.width(), map.height(), new boolean[map.values().length])
                : mask.resize(map.width(), map.height(), rule);
    }

    /** Reports once for each product the masks whose files do not determine how they are read. */
    private void tell(List<String> notes) {
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
