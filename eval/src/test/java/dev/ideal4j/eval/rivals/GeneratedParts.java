package dev.ideal4j.eval.rivals;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoSample;
import java.util.ArrayList;
import java.util.List;

/** Generated pictures of one part, for detectors that shall beat chance on them. */
record GeneratedParts(DemoDataset parts, String part) {
    /**
     * How well a detector ranks.
     *
     * @param image AUROC of the image scores
     * @param pixel mean over the defective pictures of the AUROC of their pixels
     */
    record Areas(double image, double pixel) {}

    References references(int normal, int abnormalPerDefect) {
        References.Builder builder = References.builder();
        for (int i = 0; i < normal; i++) {
            builder.normal(parts.train(part, i).image());
        }
        for (String defect : parts.defects(part)) {
            for (int i = 0; i < abnormalPerDefect; i++) {
                DemoSample sample = parts.test(part, defect, 100 + i);
                builder.abnormal(sample.image(), sample.mask());
            }
        }
        return builder.build();
    }

    Areas areas(FittedDetector detector, int good, int perDefect) {
        List<Double> normal = new ArrayList<>();
        List<Double> abnormal = new ArrayList<>();
        double pixel = 0;
        for (int i = 0; i < good; i++) {
            normal.add((double)
                    detector.score(parts.test(part, DemoDataset.GOOD, i).image())
                            .score());
        }
        for (String defect : parts.defects(part)) {
            for (int i = 0; i < perDefect; i++) {
                DemoSample sample = parts.test(part, defect, i);
                Anomaly anomaly = detector.score(sample.image());
                abnormal.add((double) anomaly.score());
                pixel += pixelArea(anomaly, sample.mask());
            }
        }
        return new Areas(area(normal, abnormal), pixel / abnormal.size());
    }

    private static double pixelArea(Anomaly anomaly, Mask mask) {
        Mask truth = mask.resize(anomaly.map().width(), anomaly.map().height());
        List<Double> normal = new ArrayList<>();
        List<Double> abnormal = new ArrayList<>();
        for (int i = 0; i < truth.pixels().length; i++) {
            (truth.pixels()[i] ? abnormal : normal).add((double) anomaly.map().values()[i]);
        }
        return area(normal, abnormal);
    }

    /** Share of pairs in the right order. */
    private static double area(List<Double> normal, List<Double> abnormal) {
        List<Double> sorted = new ArrayList<>(normal);
        sorted.sort(null);
        double right = 0;
        for (double score : abnormal) {
            right += (bound(sorted, score, false) + bound(sorted, score, true)) / 2.0;
        }
        return right / normal.size() / abnormal.size();
    }

    /** Elements below the score, or at most it. */
    private static int bound(List<Double> sorted, double score, boolean inclusive) {
        int low = 0;
        int high = sorted.size();
        while (low < high) {
            int middle = (low + high) / 2;
            boolean below = inclusive ? sorted.get(middle) <= score : sorted.get(middle) < score;
            if (below) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
