package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.detectors.ideal.MadeUpParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The file of a fitted detector. */
class FittedDetectorsTest {
    private static final int MUTATIONS = 10_000;

    @TempDir
    Path folder;

    private Backend backend;
    private MadeUpParts parts;

    @BeforeEach
    void open() {
        backend = Backends.open("reference");
        parts = new MadeUpParts(backend);
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private static References references(MadeUpParts parts, boolean withAbnormal) {
        References.Builder builder = References.builder().normal(parts.image("a"));
        return withAbnormal
                ? builder.abnormal(parts.image("d", 7), MadeUpParts.mask(7)).build()
                : builder.build();
    }

    private Path saved(IdealConfig config, boolean withAbnormal) {
        Path file = folder.resolve("fitted.safetensors");
        try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5, config);
                FittedDetector fitted = ideal.fit(references(parts, withAbnormal))) {
            fitted.save(file);
        }
        return file;
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void loadsBackToTheSameBits(String name) {
        IdealConfig config = IdealConfig.builder()
                .neighbours(5)
                .rank(2)
                .strength(0.7f)
                .heads(4)
                .orthonormal(true)
                .smoothing(2.5f)
                .topFraction(0.2)
                .build();
        try (Backend own = Backends.open(name)) {
            MadeUpParts ownParts = new MadeUpParts(own);
            try (IdealDetector published = IdealDetector.untrained(ownParts.extractor, 5, config);
                    IdealDetector known = IdealDetector.knownDefects(ownParts.extractor, config)) {
                for (IdealDetector ideal : List.of(published, known)) {
                    for (boolean withAbnormal : new boolean[] {true, false}) {
                        loadsBackToTheSameBits(ideal, ownParts, withAbnormal);
                    }
                }
            }
            assertThat(own.liveBytes()).isZero();
        }
    }

    private void loadsBackToTheSameBits(IdealDetector ideal, MadeUpParts ownParts, boolean withAbnormal) {
        List<RgbImage> queries = List.of(ownParts.image("q", 3), ownParts.image("d", 7), ownParts.image("r"));
        Path file = folder.resolve("whole");
        try (FittedDetector fitted = ideal.fit(references(ownParts, withAbnormal))) {
            fitted.save(file);
            try (FittedDetector loaded = FittedDetectors.load(file, ownParts.extractor)) {
                assertThat(loaded.config()).isEqualTo(fitted.config());
                assertSameBits(loaded.score(queries), fitted.score(queries));
                Path again = folder.resolve("again");
                loaded.save(again);
                assertThat(again).hasSameBinaryContentAs(file);
            }
        }
    }

    private static void assertSameBits(List<Anomaly> actual, List<Anomaly> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).score()).isEqualTo(expected.get(i).score());
            assertThat(actual.get(i).map().values())
                    .isEqualTo(expected.get(i).map().values());
            assertThat(actual.get(i).patches().values())
                    .isEqualTo(expected.get(i).patches().values());
        }
    }

    @Test
    void refusesAnotherBackbone() {
        Path file = saved(IdealConfig.PUBLISHED, true);
        GivenFeatures other = new GivenFeatures(
                backend, MadeUpParts.ROWS, MadeUpParts.COLUMNS, MadeUpParts.PATCH_SIZE, MadeUpParts.WIDTH, "other");
        assertThatThrownBy(() -> FittedDetectors.load(file, other))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContainingAll(file.toString(), "other", "made up");
    }

    @Test
    void refusesOtherFiles() throws IOException {
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> FittedDetectors.load(missing, parts.extractor))
                .isInstanceOf(FileAccessException.class);
        Path text = Files.writeString(folder.resolve("text"), "{\"a\": 1}");
        assertThatThrownBy(() -> FittedDetectors.load(text, parts.extractor))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(text.toString());
        Path weights = folder.resolve("weights");
        ArrayWeights tensor = new ArrayWeights("test").put("x", Shape.of(1), new float[1]);
        SafetensorsWriter.write(weights, tensor, Map.of());
        assertThatThrownBy(() -> FittedDetectors.load(weights, parts.extractor))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining("no fitted detector");
    }

    @Test
    void refusesAnotherVersion() {
        Path file = folder.resolve("version");
        ArrayWeights tensor = new ArrayWeights("test").put("x", Shape.of(1), new float[1]);
        SafetensorsWriter.write(file, tensor, Map.of("format", "ideal4j fitted detector", "version", "1"));
        assertThatThrownBy(() -> FittedDetectors.load(file, parts.extractor))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll("version 1", "version 2", "ideal fit");
    }

    /** Whole files, with a right checksum, that another program could have written. */
    @Test
    void refusesContentThatMakesNoDetector() {
        assertUnusable("rank", (settings, tensors) -> settings.put("config.rank", "many"), "many");
        assertUnusable("smoothing", (settings, tensors) -> settings.remove("config.smoothing"), "config.smoothing");
        assertUnusable("method", (settings, tensors) -> settings.put("method", "other"), "other");
        assertUnusable("role", (settings, tensors) -> settings.put("reference.0.role", "FRIEND"), "FRIEND");
        assertUnusable("rate", (settings, tensors) -> settings.put("maxFalseAlarms", "2"), "above 0 and below 1");
        assertUnusable("none", (settings, tensors) -> settings.remove("reference.0.name"), "no references");
        assertUnusable(
                "image",
                (settings, tensors) -> tensors.put("image.0", Shape.of(2, 2), new float[4]),
                "image.0 of shape [2, 2]");
        assertUnusable(
                "mask", (settings, tensors) -> tensors.put("mask.1", Shape.of(3, 3), new float[9]), "the image's size");
        assertUnusable(
                "vectors",
                (settings, tensors) -> tensors.put("trained.learnable_vectors.weight", Shape.of(3, 3), new float[9]),
                "in_proj_weight");
        assertUnusable(
                "features",
                (settings, tensors) -> tensors.names().stream()
                        .filter(name -> name.startsWith("features."))
                        .toList()
                        .forEach(name -> tensors.put(name, Shape.of(7), new float[7])),
                "7");
    }

    private void assertUnusable(String name, BiConsumer<Map<String, String>, ArrayWeights> change, String message) {
        Path file = folder.resolve(name);
        ArrayWeights tensors = new ArrayWeights("changed");
        Map<String, String> settings;
        try (WeightFile saved = Checkpoints.open(saved(IdealConfig.PUBLISHED, true))) {
            saved.names().forEach(tensor -> tensors.put(tensor, saved.shape(tensor), saved.read(tensor)));
            settings = new TreeMap<>(saved.metadata());
        }
        settings.remove("sha256");
        change.accept(settings, tensors);
        settings.put("sha256", FittedFile.checksum(settings, tensors));
        SafetensorsWriter.write(file, tensors, settings);
        assertThatThrownBy(() -> FittedDetectors.load(file, parts.extractor))
                .as(name)
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(file.toString(), message);
        assertThat(backend.liveBytes()).isZero();
    }

    @Test
    void savingLeavesNoOtherFilesAndNamesTheFileOnFailure() throws IOException {
        saved(IdealConfig.PUBLISHED, true);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
        Path nowhere = folder.resolve("no/such/folder");
        try (IdealDetector ideal = IdealDetector.untrained(parts.extractor, 5);
                FittedDetector fitted = ideal.fit(references(parts, true))) {
            assertThatThrownBy(() -> fitted.save(nowhere))
                    .isInstanceOf(FileAccessException.class)
                    .hasMessageContaining(nowhere.toString());
        }
    }

    /** A typed error, or exactly what was saved; never anything else, never memory left behind. */
    @Test
    void damagedFilesAreRefused() throws IOException {
        byte[] whole = Files.readAllBytes(saved(IdealConfig.PUBLISHED, true));
        Random random = new Random(20);
        int refused = 0;
        Path file = folder.resolve("damaged");
        Path again = folder.resolve("again");
        // One open channel: to create a file for each mutation would take most of the test's time.
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bytes = mutated(whole, random);
                channel.truncate(bytes.length).write(ByteBuffer.wrap(bytes), 0);
                try (FittedDetector fitted = FittedDetectors.load(file, parts.extractor)) {
                    fitted.save(again);
                    assertThat(Files.readAllBytes(again)).isEqualTo(whole);
                } catch (Ideal4jException e) {
                    refused++;
                    assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n");
                }
            }
        }
        assertThat(refused).isGreaterThan(MUTATIONS * 9 / 10);
    }

    private static byte[] mutated(byte[] whole, Random random) {
        // Half of all damage hits the header, where it can do most.
        int header = 1000;
        int at = random.nextInt(random.nextBoolean() ? header : whole.length);
        byte[] bytes = whole.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes = Arrays.copyOf(whole, at);
            case 3 -> bytes = Arrays.copyOf(whole, whole.length + 1 + random.nextInt(100));
            default -> {
                int from = random.nextInt(whole.length);
                int count = Math.min(1 + random.nextInt(64), whole.length - Math.max(at, from));
                System.arraycopy(whole, from, bytes, at, count);
            }
        }
        return bytes;
    }
}
