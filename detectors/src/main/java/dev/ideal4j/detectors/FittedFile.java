package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The file of a fitted detector: a safetensors container whose metadata says the format's version, the method, its
 * settings and the backbone, and holds a SHA-256 over all of these and all tensors. A method writes it in
 * {@link FittedDetector#save} and reads it in {@link DetectorMethod#restore}.
 */
public final class FittedFile implements AutoCloseable {
    private static final String FORMAT = "ideal4j fitted detector";
    private static final String VERSION = "1";
    private static final String CONFIG = "config.";
    private static final String NOTE = "note.";
    private static final String CHECKSUM = "sha256";
    private static final String INPUT = "input";

    private final Path file;
    private final WeightFile content;
    private final Map<String, String> settings;

    private FittedFile(Path file, WeightFile content) {
        this.file = file;
        this.content = content;
        this.settings = new TreeMap<>(content.metadata());
    }

    /**
     * Writes a file, whole or not at all.
     *
     * @param method what {@link #method()} will say
     * @param extractor the backbone that the detector was fitted with
     * @param config settings, by name
     * @param tensors what else scoring needs
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     */
    public static void write(
            Path file, String method, FeatureExtractor extractor, Map<String, ?> config, Weights tensors) {
        Map<String, String> backbone = new TreeMap<>(extractor.identity());
        backbone.put(INPUT, input(extractor));
        write(file, method, backbone, config, tensors);
    }

    /** The size of a backbone's input, for messages. */
    private static String input(FeatureExtractor extractor) {
        return extractor.inputWidth() + "×" + extractor.inputHeight() + " pixels";
    }

    /** As {@link #write(Path, String, FeatureExtractor, Map, Weights)}, for a method whose network is its own. */
    public static void write(Path file, String method, Map<String, ?> config, Weights tensors) {
        write(file, method, Map.of(), config, tensors);
    }

    private static void write(
            Path file, String method, Map<String, String> backbone, Map<String, ?> config, Weights tensors) {
        Map<String, String> settings = new TreeMap<>(backbone);
        settings.put("format", FORMAT);
        settings.put("version", VERSION);
        settings.put("method", method);
        config.forEach((name, value) -> settings.put(CONFIG + name, String.valueOf(value)));
        seal(file, settings, tensors);
    }

    private static void seal(Path file, Map<String, String> settings, Weights tensors) {
        settings.put(CHECKSUM, checksum(settings, tensors));
        SafetensorsWriter.write(file, tensors, settings);
    }

    /**
     * Writes this file's content to another file, whole or not at all, with notes in addition.
     *
     * @param to not this file
     * @param notes what {@link #notes()} of that file will say
     * @throws dev.ideal4j.core.FileAccessException if it cannot be written
     */
    void copy(Path to, Map<String, String> notes) {
        Map<String, String> noted = new TreeMap<>(settings);
        noted.remove(CHECKSUM);
        notes.forEach((name, value) -> noted.put(NOTE + name, value));
        seal(to, noted, content);
    }

    /** What the program that saved the detector noted; none if it noted nothing. */
    public Map<String, String> notes() {
        Map<String, String> notes = new TreeMap<>();
        settings.forEach((name, value) -> {
            if (name.startsWith(NOTE)) {
                notes.put(name.substring(NOTE.length()), value);
            }
        });
        return notes;
    }

    /**
     * Opens a file and checks that it is whole.
     *
     * @throws dev.ideal4j.core.FileAccessException if it cannot be read
     * @throws FileFormatException if it is of another kind or version, or damaged
     */
    public static FittedFile open(Path file) {
        WeightFile content = Checkpoints.open(file);
        try {
            FittedFile fitted = new FittedFile(file, content);
            fitted.check();
            return fitted;
        } catch (RuntimeException | Error e) {
            content.close();
            throw e;
        }
    }

    private void check() {
        if (!FORMAT.equals(settings.get("format"))) {
            throw new FileFormatException(file, "no fitted detector", "a file that a fitted detector saved");
        }
        if (!VERSION.equals(settings.get("version"))) {
            throw new FileFormatException(file, "format version " + settings.get("version"), "version " + VERSION);
        }
        Map<String, String> checked = new TreeMap<>(settings);
        String stored = checked.remove(CHECKSUM);
        String actual = checksum(checked, content);
        if (!actual.equals(stored)) {
            throw new FileFormatException(file, "content with SHA-256 " + actual, "the stored one, " + stored);
        }
    }

    private static String checksum(Map<String, String> settings, Weights tensors) {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> {
            for (String part : new String[] {name, value}) {
                text.append(part.length()).append(':').append(part);
            }
        });
        return Fingerprint.of(text.append(Fingerprint.of(tensors)).toString());
    }

    /** The method that was fitted. */
    public String method() {
        return settings.getOrDefault("method", "");
    }

    /**
     * Makes sure of the backbone.
     *
     * @throws InvalidInputException if the detector was fitted with another
     */
    void requireBackbone(FeatureExtractor extractor) {
        String fingerprint = settings.get("fingerprint");
        if (!extractor.fingerprint().equals(fingerprint)) {
            throw new InvalidInputException(
                    "backbone for " + file,
                    named(extractor.name(), input(extractor), extractor.fingerprint()),
                    named(settings.get("backbone"), settings.get(INPUT), fingerprint));
        }
    }

    private static String named(String name, String input, String fingerprint) {
        return name + (input == null ? "" : " at " + input) + " with fingerprint " + fingerprint;
    }

    /**
     * A setting of the method.
     *
     * @throws FileFormatException if there is none of that name
     */
    public String config(String name) {
        String value = settings.get(CONFIG + name);
        if (value == null) {
            throw new FileFormatException(file, "no setting " + name, "the settings of " + method());
        }
        return value;
    }

    /** The tensors; valid until this is closed. */
    public Weights tensors() {
        return content;
    }

    /**
     * A tensor of rows.
     *
     * @param scope owner of the result
     * @return {@code (n, width)}, n ≥ 1
     * @throws FileFormatException if there is none of that name, or it is no such tensor
     */
    public Tensor rows(String name, int width, Scope scope) {
        if (!content.names().contains(name)) {
            throw unusable("no tensor " + name, "rows of width " + width, null);
        }
        Shape shape = content.shape(name);
        if (shape.rank() != 2 || shape.axis(0) < 1 || shape.last() != width) {
            throw unusable(name + " of shape " + shape, "rows of width " + width, null);
        }
        return scope.upload(content.read(name), shape);
    }

    /**
     * Builds a fitted detector from what is in the file.
     *
     * @param scope owner of the detector's tensors; closed if this fails
     * @param expected for messages: {@code a fitted IDEAL detector}
     * @param build may throw {@link IllegalArgumentException} for what is not as expected
     * @throws FileFormatException if {@code build} finds something that is not as expected
     */
    public <T> T restore(Scope scope, String expected, Supplier<T> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException | InvalidInputException e) {
            scope.close();
            throw unusable(e.getMessage(), expected, e);
        } catch (RuntimeException | Error e) {
            scope.close();
            throw e;
        }
    }

    /** An error about what is in the file. */
    public FileFormatException unusable(String found, String expected, Throwable cause) {
        return new FileFormatException(file, found, expected, cause);
    }

    @Override
    public void close() {
        content.close();
    }
}
