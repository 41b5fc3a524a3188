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
import org.jspecify.annotations.Nullable;

/** Loads fitted detectors of any method. */
public final class FittedDetectors {
    private FittedDetectors() {}

    /**
     * Loads a file that {@link FittedDetector#save} wrote. No image runs through the network. On the same kind of backend the
     * scores have the same bits as those of the saved detector.
     *
     * @param file the saved detector
     * @param extractor the backbone it was fitted with; used, not closed
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind or version, or damaged
     * @throws dev.ideal4j.core.InvalidInputException if the detector was fitted with another backbone
     * @throws dev.ideal4j.core.WorkInterruptedException if the thread is interrupted
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
     * As {@link #load(Path, FeatureExtractor)}, from a stream, for example of a database or a broadcast. During the call the
     * bytes are in a temporary file.
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
            throw FileAccessException.of(file == null ? Path.of(System.getProperty("java.io.tmpdir")) : file, e);
        } finally {
            delete(file);
        }
    }

    private static void delete(@Nullable Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    /**
     * The description of a saved detector.
     *
     * @param method the method
     * @param backbone name and input size of the backbone, and its licence if the licence also applies to the file; null for
     *     a method with a network of its own
     * @param products the known images by product name, resized to the network's input; one product with an empty name as a
     *     rule
     * @param options options of the fit
     * @param calibration scores of known images, or null
     * @param history one line for each fit, addition and removal, in order
     * @param notes notes of the program that saved the detector
     */
    public record Saved(
            DetectorMethod method,
            @Nullable String backbone,
            Map<String, References> products,
            FitOptions options,
            @Nullable Calibration calibration,
            List<String> history,
            Map<String, String> notes) {
        /** The decision rule; null without calibration and threshold. */
        public @Nullable DecisionRule rule() {
            return FittedDetector.rule(calibration, options);
        }
    }

    /**
     * Reads the description of a saved detector. The backbone is not needed.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is of another kind or version, or damaged
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
