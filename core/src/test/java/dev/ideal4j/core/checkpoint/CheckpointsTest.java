package dev.ideal4j.core.checkpoint;

import static dev.ideal4j.core.checkpoint.Crafted.bytes;
import static dev.ideal4j.core.checkpoint.Crafted.dict;
import static dev.ideal4j.core.checkpoint.Crafted.tensor;
import static dev.ideal4j.core.checkpoint.Crafted.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointsTest {
    private static final byte[] VECTOR = tensor("0", 8, 0, new long[] {8}, new long[] {1});

    @TempDir
    Path folder;

    private List<String> names(byte[] pickle) {
        try (WeightFile weights = Checkpoints.open(Crafted.checkpoint(folder.resolve("a.pth"), pickle, 8))) {
            return List.copyOf(weights.names());
        }
    }

    private static byte[] nested(Object... items) {
        return bytes("}(", bytes(items), "u");
    }

    @Test
    void takesTheWeightsOutOfATrainingCheckpoint() {
        byte[] other = nested(text("x"), VECTOR);
        byte[] weights = nested(text("w"), VECTOR, text("b"), VECTOR);
        assertThat(names(dict(text("w"), VECTOR, text("b"), VECTOR))).containsExactly("w", "b");
        assertThat(names(dict(text("optimizer"), other, text("model"), weights)))
                .containsExactly("w", "b");
        assertThat(names(dict(text("student"), other, text("teacher"), weights)))
                .containsExactly("w", "b");
        assertThat(names(dict(text("model"), other, text("state_dict"), weights)))
                .containsExactly("w", "b");
        assertThat(names(dict(text("model"), nested(text("state_dict"), weights))))
                .containsExactly("w", "b");
    }

    @Test
    void namesTensorsInOtherContainersByTheirPath() {
        byte[] list = bytes("](", VECTOR, VECTOR, "e");
        assertThat(names(dict(text("encoder"), nested(text("w"), VECTOR), text("parts"), list)))
                .containsExactly("encoder.w", "parts.0", "parts.1");
        assertThat(names(dict(Crafted.number(7), VECTOR))).containsExactly("7");
        // "model" as the name of a tensor is only a name.
        assertThat(names(dict(text("model"), VECTOR))).containsExactly("model");
        assertThat(names(bytes(0x80, 2, list, "."))).containsExactly("0", "1");
    }

    /** What training loops keep beside the weights. */
    @Test
    void passesOverPlainValues() {
        byte[] counts = bytes("ccollections\ndefaultdict\n", "c__builtin__\nint\n", 0x85, "R(", text("a"), "K", 1, "u");
        byte[] complex = bytes("c__builtin__\ncomplex\nK", 1, "K", 2, 0x86, "R");
        byte[] set = bytes("c__builtin__\nset\n](K", 1, "K", 2, "e", 0x85, "R");
        byte[] bytes = bytes("c_codecs\nencode\n", text("x"), text("latin1"), 0x86, "R");
        assertThat(names(dict(
                        text("a"), counts, text("b"), complex, text("c"), set, text("d"), bytes, text("w"), VECTOR)))
                .containsExactly("w");
    }

    @Test
    void dropsThePrefixOfDataParallelOnlyWhenAllHaveIt() {
        assertThat(names(dict(text("module.w"), VECTOR, text("module.b"), VECTOR)))
                .containsExactly("w", "b");
        assertThat(names(dict(text("module.w"), VECTOR, text("b"), VECTOR))).containsExactly("module.w", "b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''; an empty file",
                "'version https://git-lfs.github.com/spec/v1'; a Git LFS pointer",
                "' <!DOCTYPE html>'; a web page",
                "'hello world'; a text file",
                "'\u0001'; a file of 1 bytes that begins with 01"
            })
    void saysWhatAFileIsInstead(String content, String found) {
        Path file = Crafted.write(folder.resolve("a.pth"), bytes(content));
        assertThatThrownBy(() -> Checkpoints.open(file))
                .isInstanceOf(FileFormatException.class)
                .hasMessageStartingWith(file + ": found " + found)
                .hasMessageEndingWith("expected a PyTorch checkpoint, a TorchScript archive or safetensors");
    }

    @Test
    void saysWhatIsMissing() {
        assertThatThrownBy(() -> Checkpoints.open(folder.resolve("none.pth")))
                .isInstanceOf(FileAccessException.class)
                .hasMessageEndingWith("none.pth: no such file or folder");
        assertThatThrownBy(() -> Checkpoints.open(folder)).hasMessageContaining("a folder with no files named");
        Path pickle = Crafted.write(folder.resolve("plain.pkl"), bytes(0x80, 4, "N."));
        assertThatThrownBy(() -> Checkpoints.open(pickle))
                .hasMessageContaining("a pickle that torch.save did not write");
        Path tar = Crafted.write(folder.resolve("old.tar"), bytes(new byte[257], "ustar", new byte[250]));
        assertThatThrownBy(() -> Checkpoints.open(tar)).hasMessageContaining("a tar archive");
        Path zip = Crafted.zip(folder.resolve("a.zip"), ZipEntry.STORED, Map.of("model.json", new byte[1]));
        assertThatThrownBy(() -> Checkpoints.open(zip)).hasMessageContaining("a zip archive without data.pkl");
        Path big = Crafted.zip(
                folder.resolve("big.pth"),
                ZipEntry.STORED,
                Map.of("a/data.pkl", dict(text("w"), VECTOR), "a/byteorder", bytes("big")));
        assertThatThrownBy(() -> Checkpoints.open(big)).hasMessageContaining("found byte order big");
    }

    @Test
    void readsArchivesThatWerePackedAgain() {
        Path file = Crafted.zip(
                folder.resolve("a.pth"),
                ZipEntry.DEFLATED,
                Map.of("data.pkl", dict(text("w"), VECTOR), "data/0", new byte[32], "version", bytes("3\n")));
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThat(weights.read("w")).hasSize(8).containsOnly(0);
        }
    }

    @Test
    void namesTheTensorThatIsNotThere() {
        Path file = Crafted.checkpoint(folder.resolve("a.pth"), dict(text("w"), VECTOR), 8);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThatThrownBy(() -> weights.shape("v"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("a.pth")
                    .hasMessageContaining("no tensor v");
            assertThat(weights.origin()).isEqualTo(file.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"small.pth", "small_legacy.pth", "small.pt", "small.safetensors"})
    void saysThatItIsClosed(String name) {
        WeightFile weights = Checkpoints.open(PyTorchFilesTest.file(name));
        String tensor = weights.names().iterator().next();
        weights.close();
        weights.close();
        assertThatThrownBy(() -> weights.read(tensor))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    /** The handle is released: on every platform the file can be replaced while, and after, it failed to open. */
    @Test
    void givesTheFileBack() throws Exception {
        Path file = Crafted.checkpoint(folder.resolve("a.pth"), dict(text("w"), bytes("N")), 8);
        assertThatThrownBy(() -> Checkpoints.open(file)).isInstanceOf(FileFormatException.class);
        Files.delete(file);
        TorchCheckpointWriter.write(file, new ArrayWeights("a").put("w", Shape.of(1), new float[] {2}));
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThat(weights.read("w")).containsExactly(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"a.pth", "a.safetensors"})
    void isReadByManyThreadsAtOnce(String name) throws Exception {
        ArrayWeights expected = new ArrayWeights("expected");
        for (int i = 0; i < 20; i++) {
            expected.put("w" + i, Shape.of(1000 * i), SeededValues.uniform("w" + i, 1000 * i, 1, 0));
        }
        Path file = folder.resolve(name);
        if (name.endsWith("pth")) {
            TorchCheckpointWriter.write(file, expected);
        } else {
            SafetensorsWriter.write(file, expected, Map.of());
        }
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (WeightFile weights = Checkpoints.open(file)) {
            List<Future<String>> fingerprints = new ArrayList<>();
            for (int i = 0; i < 32; i++) {
                fingerprints.add(threads.submit(() -> Fingerprint.of(weights)));
            }
            for (Future<String> each : fingerprints) {
                assertThat(each.get()).isEqualTo(Fingerprint.of(expected));
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
