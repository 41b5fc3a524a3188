package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;

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
        return saved(file).method();
    }

    /**
     * What a file says of its detector.
     *
     * @param method the method
     * @param notes those that {@link #save} was given; none for {@link FittedDetector#save}
     */
    public record Saved(DetectorMethod method, Map<String, String> notes) {}

    /**
     * What the file of a saved detector says, without its backbone.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if it is of another kind or version, or damaged
     */
    public static Saved saved(Path file) {
        try (FittedFile fitted = FittedFile.open(file)) {
            return new Saved(method(fitted), fitted.notes());
        }
    }

    /**
     * Writes a detector as {@link FittedDetector#save} does, with notes by which a program finds the backbone again.
     *
     * @param notes free text by name
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     */
    public static void save(FittedDetector detector, Path file, Map<String, String> notes) {
        Path plain = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            detector.save(plain);
            try (FittedFile fitted = FittedFile.open(plain)) {
                fitted.copy(file, notes);
            }
        } finally {
            deleteQuietly(plain);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }

    private static DetectorMethod method(FittedFile fitted) {
        if (!DetectorMethods.names().contains(fitted.method())) {
            throw fitted.unusable("method " + fitted.method(), String.join(", ", DetectorMethods.names()), null);
        }
        return DetectorMethods.named(fitted.method());
    }
}
