package dev.ideal4j.eval.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.metrics.Auroc;
import dev.ideal4j.eval.metrics.SampleRanking;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a method finds of painted defects with the built-in backbone at a small input size, far above chance. */
class RivalsOnMadePartsTest {
    private static final int SIDE = 224;
    private static final int NORMALS = 2;
    private static final int GOOD = 6;
    private static final int DEFECTIVE = 2;
    private static final List<String> PARTS = List.of("fabric", "leather", "tile");

    @ParameterizedTest
    @ValueSource(strings = {"visionad", "nagl"})
    void findsDefects(String name) {
        DetectorMethod method = DetectorMethods.named(name);
        DemoDataset dataset = new DemoDataset(17, 0);
        double image = 0;
        double pixel = 0;
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor =
                        method.backbones(OptionValues.NONE).builtin(new BackboneLoader.Input(SIDE, 0), backend);
                FewShotDetector detector = method.detector(extractor, null, 17, OptionValues.NONE)) {
            for (String part : PARTS) {
                double[] found = score(detector, dataset, part);
                image += found[0] / PARTS.size();
                pixel += found[1] / PARTS.size();
            }
        }
        assertThat(image).as("mean image AUROC").isGreaterThan(0.8);
        assertThat(pixel).as("mean pixel AUROC").isGreaterThan(0.9);
    }

    /** Image and pixel AUROC. */
    private static double[] score(FewShotDetector detector, DemoDataset dataset, String part) {
        References.Builder references = References.builder();
        for (int i = 0; i < NORMALS; i++) {
            references.normal(dataset.train(part, i).image());
        }
        List<String> kinds = dataset.defects(part);
        DemoSample known = dataset.test(part, kinds.get(0), DEFECTIVE);
        references.abnormal(known.image(), known.mask());
        int pictures = GOOD + kinds.size() * DEFECTIVE;
        float[] scores = new float[pictures];
        boolean[] labels = new boolean[pictures];
        float[] pixels = new float[pictures * SIDE * SIDE];
        boolean[] truth = new boolean[pixels.length];
        try (FittedDetector fitted = detector.fit(references.build())) {
            for (int i = 0; i < pictures; i++) {
                DemoSample sample = i < GOOD
                        ? dataset.test(part, DemoDataset.GOOD, i)
                        : dataset.test(part, kinds.get((i - GOOD) / DEFECTIVE), (i - GOOD) % DEFECTIVE);
                Anomaly anomaly = fitted.score(sample.image());
                scores[i] = anomaly.score();
                labels[i] = sample.isAbnormal();
                Mask mask = sample.mask().resize(SIDE, SIDE);
                System.arraycopy(anomaly.map().values(), 0, pixels, i * SIDE * SIDE, SIDE * SIDE);
                System.arraycopy(mask.pixels(), 0, truth, i * SIDE * SIDE, SIDE * SIDE);
            }
        }
        return new double[] {Auroc.of(new SampleRanking(scores, labels)), Auroc.of(new SampleRanking(pixels, truth))};
    }
}
