package dev.ideal4j.eval.rivals;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoSample;
import dev.ideal4j.eval.metrics.Auroc;
import dev.ideal4j.eval.metrics.SampleRanking;
import java.util.ArrayList;
import java.util.List;

/** Generated images of a part, on which detectors must be better than chance. */
record GeneratedParts(DemoDataset parts, String part) {
    /** Test images from this index on are for references. */
    private static final int KNOWN = 100;

    /**
     * The quality of a detector.
     *
     * @param image AUROC of the image scores
     * @param pixel mean over defective images of the AUROC of the pixels of an image
     */
    record Areas(double image, double pixel) {}

    /** The kinds of defect. */
    List<String> defects() {
        return parts.defects(part);
    }

    /** References: good images, and a number of each kind of defect. */
    References references(int normal, int abnormalPerDefect) {
        return references(normal, defects(), abnormalPerDefect);
    }

    /** References: good images, and a number of each of the given kinds of defect. */
    References references(int normal, List<String> defects, int abnormalPerDefect) {
        References.Builder builder = References.builder();
        for (int i = 0; i < normal; i++) {
            builder.normal(parts.train(part, i).image());
        }
        for (String defect : defects) {
            for (int i = 0; i < abnormalPerDefect; i++) {
                DemoSample sample = parts.test(part, defect, KNOWN + i);
                builder.abnormal(sample.image(), sample.mask());
            }
        }
        return builder.build();
    }

    /** Scores images that are not references. */
    Areas areas(Scorer detector, int good, int perDefect) {
        return areas(detector, defects(), good, perDefect);
    }

    /** Scores images that are not references, with defects of the given kinds. */
    Areas areas(Scorer detector, List<String> defects, int good, int perDefect) {
        List<Anomaly> found = new ArrayList<>();
        for (int i = 0; i < good; i++) {
            found.add(detector.score(parts.test(part, DemoDataset.GOOD, i).image()));
        }
        double pixel = 0;
        for (String defect : defects) {
            for (int i = 0; i < perDefect; i++) {
                DemoSample sample = parts.test(part, defect, i);
                Anomaly anomaly = detector.score(sample.image());
                Mask truth = sample.mask()
                        .resize(anomaly.map().width(), anomaly.map().height());
                pixel += Auroc.of(new SampleRanking(anomaly.map().values(), truth.pixels()));
                found.add(anomaly);
            }
        }
        float[] scores = new float[found.size()];
        boolean[] labels = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = found.get(i).score();
            labels[i] = i >= good;
        }
        return new Areas(Auroc.of(new SampleRanking(scores, labels)), pixel / (scores.length - good));
    }
}
