package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.detectors.internal.FittedFile;
import java.nio.file.Path;

/** Loads fitted detectors of any method. */
public final class FittedDetectors {
    private FittedDetectors() {}

    /**
     * Loads what {@link FittedDetector#save} wrote. On the same kind of backend it gives the bits of the detector that was
     * saved.
     *
     * @param file the saved detector
     * @param extractor the backbone it was fitted with; used, not closed
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is of another kind or version, or damaged
     * @throws dev.ideal4j.core.InvalidInputException if it was fitted with another backbone
     * @throws dev.ideal4j.core.WorkInterruptedException if the thread is interrupted meanwhile
     */
    public static FittedDetector load(Path file, FeatureExtractor extractor) {
        Lifetime.Call call = extractor.use();
        try {
            return loadOpen(file, extractor);
        } finally {
            call.close();
        }
    }

    private static FittedDetector loadOpen(Path file, FeatureExtractor extractor) {
        try (FittedFile fitted = FittedFile.open(file)) {
            DetectorMethod method = method(fitted);
            if (method.looksThroughBackbone()) {
                fitted.requireBackbone(extractor);
            }
            return method.restore(fitted, extractor);
        }
    }

    /**
     * The method of a saved detector, to open its backbone by.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is of another kind or version, or damaged
     */
    public static DetectorMethod method(Path file) {
        try (FittedFile fitted = FittedFile.open(file)) {
            return method(fitted);
        }
    }

    private static DetectorMethod method(FittedFile fitted) {
        if (!DetectorMethods.names().contains(fitted.method())) {
            throw fitted.unusable("method " + fitted.method(), String.join(", ", DetectorMethods.names()), null);
        }
        return DetectorMethods.named(fitted.method());
    }
}
