package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Picks the pictures of a product that a detector did worst on, and paints them. */
final class Exhibits {
    private static final int SHOWN = 4;

    private final Dataset dataset;
    private final Task task;
    private final ProductScores scores;
    private final MapFile maps;

    Exhibits(Dataset dataset, Task task, ProductScores scores, MapFile maps) {
        this.dataset = dataset;
        this.task = task;
        this.scores = scores;
        this.maps = maps;
    }

    /** The defective pictures that scored lowest, the lowest first. */
    List<Exhibit> misses(HeatPainter painter) {
        return worst(true, Comparator.comparingDouble(this::score), painter);
    }

    /** The normal pictures that scored highest, the highest first. */
    List<Exhibit> falseAlarms(HeatPainter painter) {
        return worst(false, Comparator.comparingDouble(this::score).reversed(), painter);
    }

    private double score(int position) {
        return scores.images().get(position).score();
    }

    private List<Exhibit> worst(boolean anomalous, Comparator<Integer> order, HeatPainter painter) {
        List<Exhibit> exhibits = new ArrayList<>();
        IntStream.range(0, scores.images().size())
                .filter(position -> scores.images().get(position).anomalous() == anomalous)
                .boxed()
                .sorted(order)
                .limit(SHOWN)
                .forEach(position -> exhibits.add(paint(position, painter)));
        return exhibits;
    }

    private Exhibit paint(int position, HeatPainter painter) {
        int index = scores.indices().get(position);
        LabeledImage image = task.queries().get(index);
        RgbImage picture = Thumbnails.of(ImageReader.read(dataset.file(image.image())));
        byte[] truth = new byte[0];
        if (!image.mask().isEmpty()) {
            Mask mask = MaskReader.read(dataset.file(image.mask()));
            truth = Thumbnails.jpeg(Thumbnails.outlined(picture, mask));
        }
        byte[] heat = Thumbnails.jpeg(painter.paint(picture, maps.map(index)));
        return new Exhibit(scores.images().get(position), Thumbnails.jpeg(picture), truth, heat);
    }

    /** A painter whose colours mean the same in all of the product's maps. */
    HeatPainter painter() {
        List<Float> highest = new ArrayList<>();
        double sum = 0;
        for (int index : scores.indices()) {
            ScoreMap map = maps.map(index);
            float most = Float.NEGATIVE_INFINITY;
            double total = 0;
            for (float value : map.values()) {
                most = Math.max(most, value);
                total += value;
            }
            highest.add(most);
            sum += total / map.values().length;
        }
        highest.sort(Comparator.naturalOrder());
        return highest.isEmpty()
                ? new HeatPainter(0, 1)
                : new HeatPainter(sum / highest.size(), highest.get((int) (0.95 * (highest.size() - 1))));
    }
}
