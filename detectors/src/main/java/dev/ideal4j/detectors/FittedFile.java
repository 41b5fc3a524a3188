package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The file of a fitted detector: a safetensors container. Its metadata are the version of the format, the method, its
 * settings, the backbone, the names of the known images, and a SHA-256 over all of these and all tensors. Its tensors are
 * the images, their masks, their features, and the method's trained part. A method reads its own part in
 * {@link DetectorMethod#restore}.
 */
public final class FittedFile implements AutoCloseable {
    private static final String FORMAT = "ideal4j fitted detector";
    private static final String VERSION = "2";
    private static final String CONFIG = "config.";
    private static final String NOTE = "note.";
    private static final String HISTORY = "history.";
    private static final String REFERENCE = "reference.";
    private static final String CHECKSUM = "sha256";
    private static final String INPUT = "input";
    private static final String RATE = "maxFalseAlarms";
    private static final String THRESHOLD = "threshold";
    private static final String SOURCE = "calibration";

    private static final String TRAINED = "trained.";
    private static final String LEARNT = "learnt.";
    private static final String FEATURES = "features.";
    private static final String IMAGE = "image.";
    private static final String MASK = "mask.";
    private static final String IGNORED = "ignored.";
    private static final String REGION = "region";
    private static final String GOOD = "scores.good";
    private static final String DEFECTS = "scores.defects";

    private final Path file;
    private final WeightFile content;
    private final Map<String, String> settings;

    private FittedFile(Path file, WeightFile content) {
        this.file = file;
        this.content = content;
        this.settings = new TreeMap<>(content.metadata());
    }

    /** Writes a file completely or not at all. */
    static void write(
            Path file,
            FittedDetector fitted,
            FewShotDetector detector,
            Map<String, float[]> features,
            Map<String, String> notes) {
        AtomicFile.write(file, out -> writeTo(out, fitted, detector, features, notes));
    }

    /** Writes the content of a file to a stream. */
    static void write(
            OutputStream out,
            FittedDetector fitted,
            FewShotDetector detector,
            Map<String, float[]> features,
            Map<String, String> notes) {
        try {
            writeTo(out, fitted, detector, features, notes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void writeTo(
            OutputStream out,
            FittedDetector fitted,
            FewShotDetector detector,
            Map<String, float[]> features,
            Map<String, String> notes)
            throws IOException {
        FeatureExtractor extractor = detector.extractor();
        Map<String, String> settings = new TreeMap<>();
        if (extractor != null) {
            settings.putAll(extractor.identity());
            settings.put(INPUT, input(extractor));
        }
        settings.put("format", FORMAT);
        settings.put("version", VERSION);
        settings.put("method", detector.name());
        detector.config().forEach((name, value) -> settings.put(CONFIG + name, String.valueOf(value)));
        notes.forEach((name, value) -> settings.put(NOTE + name, value));
        for (String line : fitted.history()) {
            settings.put(
                    HISTORY
                            + settings.keySet().stream()
                                    .filter(name -> name.startsWith(HISTORY))
                                    .count(),
                    line);
        }
        settings.put(RATE, Double.toString(fitted.options().maxFalseAlarms()));
        settings.put(THRESHOLD, Double.toString(fitted.options().threshold()));

        ArrayWeights tensors = new ArrayWeights("fitted detector");
        copy(detector.trained(), TRAINED, tensors);
        if (fitted.learnt() != null) {
            copy(fitted.learnt(), LEARNT, tensors);
        }
        features.forEach((key, values) -> tensors.put(FEATURES + key, Shape.of(values.length), values));
        fitted.calibration().ifPresent(calibration -> {
            settings.put(SOURCE, calibration.source().name());
            putScores(GOOD, calibration.good(), tensors);
            putScores(DEFECTS, calibration.defects(), tensors);
        });
        ArrayWeights images = new ArrayWeights("known images");
        if (fitted.options().region() != null) {
            putMask(REGION, fitted.options().region(), images);
        }
        int[] next = {0};
        fitted.products().forEach((product, references) -> {
            for (Reference known : references.all()) {
                int i = next[0]++;
                settings.put(REFERENCE + i + ".name", known.name());
                settings.put(REFERENCE + i + ".role", known.role().name());
                settings.put(REFERENCE + i + ".product", product);
                putImage(IMAGE + i, known.image(), images);
                if (known.mask() != null) {
                    putMask(MASK + i, known.mask(), images);
                }
                if (known.ignored() != null) {
                    putMask(IGNORED + i, known.ignored(), images);
                }
            }
        });
        Set<String> bytes = Set.copyOf(images.names());
        copy(images, "", tensors);
        settings.put(CHECKSUM, checksum(settings, tensors));
        SafetensorsWriter.write(out, tensors, bytes, settings);
    }

    private static void copy(Weights from, String prefix, ArrayWeights to) {
        from.names().forEach(name -> to.put(prefix + name, from.shape(name), from.read(name)));
    }

    private static void putScores(String name, List<Calibration.Scores> scores, ArrayWeights tensors) {
        float[] values = new float[2 * scores.size()];
        for (int i = 0; i < scores.size(); i++) {
            values[2 * i] = (float) scores.get(i).image();
            values[2 * i + 1] = (float) scores.get(i).peak();
        }
        tensors.put(name, Shape.of(scores.size(), 2), values);
    }

    private static void putImage(String name, RgbImage image, ArrayWeights images) {
        float[] values = new float[image.samples().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = image.samples()[i] & 0xFF;
        }
        images.put(name, Shape.of(image.height(), image.width(), 3), values);
    }

    private static void putMask(String name, Mask mask, ArrayWeights images) {
        float[] values = new float[mask.pixels().length];
        for (int i = 0; i < values.length; i++) {
            values[i] = mask.pixels()[i] ? 1 : 0;
        }
        images.put(name, Shape.of(mask.height(), mask.width()), values);
    }

    /** The size of a backbone's input, for messages. */
    private static String input(FeatureExtractor extractor) {
        return extractor.inputWidth() + "×" + extractor.inputHeight() + " pixels";
    }

    /**
     * Opens a file and checks that it is complete and undamaged.
     *
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws FileFormatException if the file is of another kind or version, or damaged
     */
    static FittedFile open(Path file) {
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
        String version = settings.get("version");
        if (!VERSION.equals(version)) {
            throw new FileFormatException(
                    file,
                    "format version " + version,
                    "version " + VERSION
                            + ("1".equals(version)
                                    ? "; version 1 lacks the references: make the file anew with 'ideal fit'"
                                    : ""));
        }
        Map<String, String> checked = new TreeMap<>(settings);
        String stored = checked.remove(CHECKSUM);
        String actual = checksum(checked, content);
        if (!actual.equals(stored)) {
            throw new FileFormatException(file, "content with SHA-256 " + actual, "the stored one, " + stored);
        }
    }

    static String checksum(Map<String, String> settings, Weights tensors) {
        StringBuilder text = new StringBuilder();
        settings.forEach((name, value) -> {
            for (String part : new String[] {name, value}) {
                text.append(part.length()).append(':').append(part);
            }
        });
        return Fingerprint.of(text.append(Fingerprint.of(tensors)).toString());
    }

    /** The name of the fitted method. */
    public String method() {
        return settings.getOrDefault("method", "");
    }

    /**
     * A setting of the method, as {@link FewShotDetector#config} gave it.
     *
     * @throws FileFormatException if there is no setting of this name
     */
    public String config(String name) {
        return setting(CONFIG + name);
    }

    /** Whether there is a setting with a given name. */
    public boolean hasConfig(String name) {
        return settings.containsKey(CONFIG + name);
    }

    private String setting(String name) {
        String value = settings.get(name);
        if (value == null) {
            throw new FileFormatException(file, "no setting " + name, "the settings of " + method());
        }
        return value;
    }

    /**
     * The trained part, as {@link FewShotDetector#trained} gave it; valid until this file is closed.
     *
     * @param origin value of {@link Weights#origin} of the result
     */
    public Weights trained(String origin) {
        return RenamedWeights.below(content, TRAINED, origin);
    }

    /** The weights that the fit learnt, as {@link Scorer#learnt} gave them; null if there are none. */
    @Nullable
    Weights learnt() {
        Weights learnt = RenamedWeights.below(content, LEARNT);
        return learnt.names().isEmpty() ? null : learnt;
    }

    /** The features by key. */
    Map<String, float[]> features() {
        Weights features = RenamedWeights.below(content, FEATURES);
        Map<String, float[]> byKey = new HashMap<>();
        features.names().forEach(key -> byKey.put(key, features.read(key)));
        return byKey;
    }

    /** The known images of each product. */
    Map<String, References> products() {
        return restore("references", () -> {
            Map<String, References.Builder> builders = new LinkedHashMap<>();
            for (int i = 0; settings.containsKey(REFERENCE + i + ".name"); i++) {
                builders.computeIfAbsent(setting(REFERENCE + i + ".product"), product -> References.builder())
                        .add(
                                setting(REFERENCE + i + ".name"),
                                Role.valueOf(setting(REFERENCE + i + ".role")),
                                image(IMAGE + i),
                                mask(MASK + i),
                                mask(IGNORED + i));
            }
            if (builders.isEmpty()) {
                throw new IllegalArgumentException("no references");
            }
            Map<String, References> products = new LinkedHashMap<>();
            builders.forEach((product, builder) -> products.put(product, builder.build()));
            return products;
        });
    }

    private Shape shape(String name, int rank, int last) {
        Shape shape = content.shape(name);
        if (shape.rank() != rank || last > 0 && shape.last() != last) {
            throw new IllegalArgumentException(name + " of shape " + shape);
        }
        return shape;
    }

    private RgbImage image(String name) {
        Shape shape = shape(name, 3, 3);
        float[] values = content.read(name);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            samples[i] = (byte) (int) values[i];
        }
        return new RgbImage(shape.axis(1), shape.axis(0), samples);
    }

    /** A mask; null if there is none. */
    private @Nullable Mask mask(String name) {
        if (!content.names().contains(name)) {
            return null;
        }
        Shape shape = shape(name, 2, 0);
        float[] values = content.read(name);
        boolean[] pixels = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
            pixels[i] = values[i] != 0;
        }
        return new Mask(shape.axis(1), shape.axis(0), pixels);
    }

    /** The options of the fit. */
    FitOptions options() {
        return restore(
                "the options of a fit",
                () -> new FitOptions(
                        Double.parseDouble(setting(RATE)),
                        Double.parseDouble(setting(THRESHOLD)),
                        mask(REGION),
                        TrainingListener.NONE));
    }

    /** The scores of known images; null without calibration. */
    @Nullable
    Calibration calibration() {
        if (!settings.containsKey(SOURCE)) {
            return null;
        }
        return restore(
                "a calibration",
                () -> new Calibration(Calibration.Source.valueOf(settings.get(SOURCE)), scores(GOOD), scores(DEFECTS)));
    }

    private List<Calibration.Scores> scores(String name) {
        shape(name, 2, 2);
        float[] values = content.read(name);
        List<Calibration.Scores> scores = new ArrayList<>();
        for (int i = 0; i < values.length; i += 2) {
            scores.add(new Calibration.Scores(values[i], values[i + 1]));
        }
        return scores;
    }

    /** The notes of the program that saved the detector; empty if there are none. */
    Map<String, String> notes() {
        return settings.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(NOTE))
                .collect(Collectors.toMap(
                        entry -> entry.getKey().substring(NOTE.length()),
                        Map.Entry::getValue,
                        (a, b) -> a,
                        TreeMap::new));
    }

    /** One line for each fit, addition and removal, in order. */
    List<String> history() {
        List<String> history = new ArrayList<>();
        while (settings.containsKey(HISTORY + history.size())) {
            history.add(settings.get(HISTORY + history.size()));
        }
        return history;
    }

    /** The name, input size and licence of the backbone as text; null without a backbone. */
    @Nullable
    String backbone() {
        String name = settings.get("backbone");
        String licence = settings.containsKey("licence") ? ", " + settings.get("licence") : "";
        return name == null ? null : name + ", " + settings.get(INPUT) + licence;
    }

    /**
     * Checks that a backbone is the one that the detector was fitted with.
     *
     * @throws InvalidInputException if the detector was fitted with another backbone
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

    private static String named(@Nullable String name, @Nullable String input, @Nullable String fingerprint) {
        return name + (input == null ? "" : " at " + input) + " with fingerprint " + fingerprint;
    }

    /**
     * Builds an object from the content of the file.
     *
     * @param expected description of the expected content for messages, for example {@code a fitted IDEAL detector}
     * @param build may throw {@link IllegalArgumentException} if the content is not as expected
     * @throws FileFormatException if {@code build} finds that the content is not as expected
     */
    <T> T restore(String expected, Supplier<T> build) {
        try {
            return build.get();
        } catch (IllegalArgumentException | InvalidInputException e) {
            throw unusable(String.valueOf(e.getMessage()), expected, e);
        }
    }

    /** Creates an exception about unexpected content of the file. */
    public FileFormatException unusable(String found, String expected, @Nullable Throwable cause) {
        return new FileFormatException(file, found, expected, cause);
    }

    @Override
    public void close() {
        content.close();
    }
}
