package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Lifetime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** Loads fitted detectors of any method. */
public final class FittedDetectors {
    private FittedDetectors() {}

    /**
     * Loads what {@link FittedDetector#save} wrote. No image runs through the network. On the same kind of backend it gives
     * the bits of the detector that was saved.
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
        try (FittedFile fitted = FittedFile.open(file)) {
            DetectorMethod method = method(fitted);
            if (method.looksThroughBackbone()) {
                fitted.requireBackbone(extractor);
            }
            return fitted.restore("a fitted detector of the method " + fitted.method(), () -> {
                try (FewShotDetector detector = TiledDetector.restore(fitted, method.restore(fitted, extractor))) {
                    return FittedDetector.restore(detector, fitted);
                }
            });
        } finally {
            call.close();
        }
    }

    /**
     * As {@link #load(Path, FeatureExtractor)}, from a stream, for example of a database or a broadcast. The bytes are kept in
     * a temporary file meanwhile.
     *
     * @param in read to its end, not closed
     */
    public static FittedDetector load(InputStream in, FeatureExtractor extractor) {
        Path file = null;
        try {
            file = Files.createTempFile("ideal4j", ".fitted");
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return load(file, extractor);
        } catch (IOException e) {
            throw new FileAccessException(file == null ? Path.of(System.getProperty("java.io.tmpdir")) : file, e);
        } finally {
            delete(file);
        }
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    /**
     * What a file says of its detector.
     *
     * @param method the method
     * @param backbone name and input of the backbone, and its licence if that holds for the file too; null for a method with a network of its own
     * @param products the known images by product, resized to the network's input; one without name as a rule
     * @param options how it was fitted
     * @param calibration scores of known images, or null
     * @param history what was fitted, added and removed, in order
     * @param notes those that the program which saved it gave
     */
    public record Saved(
            DetectorMethod method,
            String backbone,
            Map<String, References> products,
            FitOptions options,
            Calibration calibration,
            List<String> history,
            Map<String, String> notes) {
        /** What decides on scores, or null. */
        public DecisionRule rule() {
            return FittedDetector.rule(calibration, options);
        }
    }

    /**
     * What the file of a saved detector says, without its backbone.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is of another kind or version, or damaged
     */
    public static Saved saved(Path file) {
        try (FittedFile fitted = FittedFile.open(file)) {
            return new Saved(
                    method(fitted),
                    fitted.backbone(),
                    fitted.products(),
                    fitted.options(),
                    fitted.calibration(),
                    fitted.history(),
                    fitted.notes());
        }
    }

    private static DetectorMethod method(FittedFile fitted) {
        if (!DetectorMethods.names().contains(fitted.method())) {
            throw fitted.unusable("method " + fitted.method(), String.join(", ", DetectorMethods.names()), null);
        }
        return DetectorMethods.named(fitted.method());
    }
}
