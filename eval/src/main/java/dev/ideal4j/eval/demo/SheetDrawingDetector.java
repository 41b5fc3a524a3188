package dev.ideal4j.eval.demo;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** A detector that draws a part's {@link DemoSheet} when its fitted detector is closed, so that no part is fitted twice. */
public final class SheetDrawingDetector implements FewShotDetector {
    private final FewShotDetector detector;
    private final DemoDataset dataset;
    private final Supplier<String> part;
    private final Path folder;

    /**
     * @param detector the detector; it is not closed
     * @param part gives the name of the part that is being fitted
     * @param folder folder of the sheets {@code PART.png}
     */
    public SheetDrawingDetector(FewShotDetector detector, DemoDataset dataset, Supplier<String> part, Path folder) {
        this.detector = detector;
        this.dataset = dataset;
        this.part = part;
        this.folder = folder;
    }

    @Override
    public String name() {
        return detector.name();
    }

    @Override
    public Map<String, Object> config() {
        return detector.config();
    }

    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        return new Fitted(part.get(), detector.scorer(references, listener));
    }

    @Override
    public FeatureExtractor extractor() {
        return detector.extractor();
    }

    @Override
    public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        throw new UnsupportedOperationException("an evaluation needs scorers alone");
    }

    @Override
    public Weights trained() {
        return detector.trained();
    }

    @Override
    public void close() {
        // The caller closes the detector.
    }

    private final class Fitted implements Scorer {
        private final String name;
        private final Scorer fitted;

        Fitted(String name, Scorer fitted) {
            this.name = name;
            this.fitted = fitted;
        }

        @Override
        public Map<String, Object> config() {
            return fitted.config();
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            return fitted.score(images);
        }

        @Override
        public void close() {
            try {
                DemoSheet.draw(dataset, name, fitted, folder.resolve(name + ".png"));
            } finally {
                fitted.close();
            }
        }
    }
}
