package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.LabeledImage;
import dev.ideal4j.eval.episodes.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Chooses the images of a product on which a detector was worst, and draws them. */
record WorstImages(Dataset dataset, Task task, ProductScores scores, MapFile maps) {
    private static final int SHOWN = 6;
    private static final int OUTLINE = 0x00E5FF;
    private static final float OPACITY = 0.75f;

    /** The defective images with the lowest scores, the lowest first. */
    List<Exhibit> misses(Scale scale) {
        return worst(true, Comparator.comparingDouble(this::score), scale);
    }

    /** The good images with the highest scores, the highest first. */
    List<Exhibit> falseAlarms(Scale scale) {
        return worst(false, Comparator.comparingDouble(this::score).reversed(), scale);
    }

    private double score(int position) {
        return scores.images().get(position).score();
    }

    private List<Exhibit> worst(boolean anomalous, Comparator<Integer> order, Scale scale) {
        List<Exhibit> exhibits = new ArrayList<>();
        IntStream.range(0, scores.images().size())
                .filter(position -> scores.images().get(position).anomalous() == anomalous)
                .boxed()
                .sorted(order)
                .limit(SHOWN)
                .forEach(position -> exhibits.add(paint(position, scale)));
        return exhibits;
    }

    private Exhibit paint(int position, Scale scale) {
        int index = scores.indices().get(position);
        LabeledImage image = task.queries().get(index);
        RgbImage thumbnail = Thumbnails.of(ImageReader.read(dataset.file(image.image())));
        byte[] truth = new byte[0];
        if (image.anomalous() && !image.mask().isEmpty()) {
            Mask mask = dataset.mask(image, note -> {});
            truth = Thumbnails.jpeg(Heatmap.outline(thumbnail, mask, OUTLINE));
        }
        byte[] heat =
                Thumbnails.jpeg(Heatmap.overlay(thumbnail, maps.map(index), scale.usual(), scale.high(), OPACITY));
        Mask marked = maps.truth(index);
        Boolean inside = marked.isEmpty() ? null : ProductMetrics.peakIsInside(maps.map(index), marked);
        return new Exhibit(scores.images().get(position), Thumbnails.jpeg(thumbnail), truth, inside, heat);
    }

    /**
     * The colour scale of all maps of a product.
     *
     * @param usual the mean of all maps; pixels with lower scores have no colour
     * @param high the score of full colour; one map in twenty has a higher maximum
     */
    record Scale(float usual, float high) {}

    Scale scale() {
        List<Float> highest = new ArrayList<>();
        double sum = 0;
        for (int index : scores.indices()) {
            ScoreMap map = maps.map(index);
            double total = 0;
            for (float value : map.values()) {
                total += value;
            }
            highest.add(map.max());
            sum += total / map.values().length;
        }
        if (highest.isEmpty()) {
            return new Scale(0, 1);
        }
        highest.sort(Comparator.naturalOrder());
        float usual = (float) (sum / highest.size());
        return new Scale(usual, Math.max(Math.nextUp(usual), highest.get((int) (0.95 * (highest.size() - 1)))));
    }
}
