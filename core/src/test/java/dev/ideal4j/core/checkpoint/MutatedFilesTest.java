package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Truncated and randomly damaged files of every kind: each loads or ends in a {@link FileFormatException}, soon and with
 * bounded memory.
 */
@Timeout(120)
class MutatedFilesTest {
    private static final int MUTATIONS = 10_000;

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("mutated");
    }

    @ParameterizedTest
    @ValueSource(strings = {"small.pth", "small_legacy.pth", "small.pt", "small.safetensors"})
    void survivesDamage(String name) throws IOException {
        byte[] whole = Files.readAllBytes(PyTorchFilesTest.file(name));
        assertSurvives(whole.length, random -> mutated(whole, random));
    }

    /** Damage that no checksum tells, so that it reaches the pickle machine. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"small.pth", "small4.pth", "small.pt"})
    void survivesDamageOfThePickle(String name) throws IOException {
        Path original = PyTorchFilesTest.file(name);
        byte[] pickle = Crafted.unzip(original).get("small" + (name.startsWith("small4") ? "4" : "") + "/data.pkl");
        byte[] whole = Files.readAllBytes(original);
        CRC32 checksum = new CRC32();
        checksum.update(pickle);
        byte[] unchecked = replaceAll(whole, Crafted.int32((int) checksum.getValue()), new byte[4]);
        int start = indexOf(whole, pickle, 0);
        assertSurvives(whole.length, random -> {
            byte[] damaged = unchecked.clone();
            System.arraycopy(mutated(pickle, random), 0, damaged, start, pickle.length);
            return damaged;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"small.pth", "small_legacy.pth", "small.pt", "small.safetensors"})
    void refusesEveryTruncation(String name) throws IOException {
        byte[] whole = Files.readAllBytes(PyTorchFilesTest.file(name));
        for (int length = 0; length < whole.length; length++) {
            Crafted.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(this::openAndReadAll)
                    .as("cut after %d bytes", length)
                    .isInstanceOf(FileFormatException.class);
        }
    }

    /** Each bit of the data of an archive is under a checksum. */
    @Test
    void noticesEveryFlippedBitOfAStorage() throws IOException {
        TorchCheckpointWriter.write(
                file, new ArrayWeights("a").put("w", Shape.of(8), SeededValues.uniform("w", 8, 1, 0)));
        byte[] whole = Files.readAllBytes(file);
        byte[] value = new byte[32];
        FloatBytes.forEach(SeededValues.uniform("w", 8, 1, 0), (bytes, n) -> System.arraycopy(bytes, 0, value, 0, n));
        int start = indexOf(whole, value, 0);
        for (int bit = 0; bit < 8 * value.length; bit++) {
            byte[] damaged = whole.clone();
            damaged[start + bit / 8] ^= (byte) (1 << bit % 8);
            Crafted.write(file, damaged);
            assertThatThrownBy(this::openAndReadAll)
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("wrong checksum");
        }
    }

    private void assertSurvives(long seed, Function<SplittableRandom, byte[]> damage) {
        SplittableRandom random = new SplittableRandom(seed);
        int loaded = 0;
        for (int i = 0; i < MUTATIONS; i++) {
            Crafted.write(file, damage.apply(random));
            try {
                openAndReadAll();
                loaded++;
            } catch (FileFormatException e) {
                if (!e.getMessage().startsWith(file + ": found ")
                        || e.getMessage().contains("\n")) {
                    throw new AssertionError("message of mutation " + i, e);
                }
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i, e);
            }
        }
        // Some damage does not matter, but most must be noticed: the mutations reach what they should.
        assertThat(loaded).isBetween(1, MUTATIONS * 3 / 4);
    }

    private void openAndReadAll() {
        WeightFile[] opened = new WeightFile[1];
        long allocated = Allocation.during(() -> opened[0] = Checkpoints.open(file));
        assertBounded(allocated);
        try (WeightFile weights = opened[0]) {
            for (String name : weights.names()) {
                assertBounded(Allocation.during(() -> weights.read(name)));
            }
        }
    }

    private void assertBounded(long allocated) {
        long allowed = Allocation.allowedFor(file);
        if (allocated > allowed) {
            throw new AssertionError(allocated + " bytes allocated, at most " + allowed + " allowed");
        }
    }

    private static byte[] mutated(byte[] whole, SplittableRandom random) {
        byte[] bytes = whole.clone();
        for (int n = 1 + random.nextInt(3); n > 0; n--) {
            int at = random.nextInt(bytes.length);
            int length = 1 + random.nextInt(Math.min(16, bytes.length - at));
            switch (random.nextInt(7)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt(256);
                case 2 -> Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0xFF : 0));
                case 3 -> Arrays.fill(bytes, at, at + Math.min(length, 4), (byte) 0x7F);
                case 4 -> // A piece is copied elsewhere.
                    System.arraycopy(bytes, at, bytes, random.nextInt(bytes.length - length + 1), length);
                case 5 -> // A piece is lost and the rest moves up.
                    System.arraycopy(bytes, at + length, bytes, at, bytes.length - at - length);
                default -> // A piece comes twice and the rest moves down.
                    System.arraycopy(bytes, at, bytes, at + length, bytes.length - at - length);
            }
        }
        return bytes;
    }

    private static byte[] replaceAll(byte[] whole, byte[] part, byte[] by) {
        byte[] replaced = whole.clone();
        for (int at = indexOf(whole, part, 0); at >= 0; at = indexOf(whole, part, at + 1)) {
            System.arraycopy(by, 0, replaced, at, by.length);
        }
        return replaced;
    }

    private static int indexOf(byte[] whole, byte[] part, int from) {
        for (int at = from; at <= whole.length - part.length; at++) {
            if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }
}
