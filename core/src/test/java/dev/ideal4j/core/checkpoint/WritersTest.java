package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.testing.Fixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WritersTest {
    @TempDir
    Path folder;

    private static ArrayWeights sample() {
        ArrayWeights weights = new ArrayWeights("sample");
        for (int length : new int[] {1, 3, 255, 256, 16384, 65536, 65537}) {
            weights.put("vector" + length, Shape.of(length), SeededValues.uniform("v" + length, length, 1, 0));
        }
        return weights.put("Größe \"in\" \n µm", Shape.of(2, 3), new float[] {1, -0f, Float.NaN, 4, 5, Float.MIN_VALUE})
                .put("scalar", Shape.of(), new float[] {(float) Math.PI})
                .put("empty", Shape.of(0, 7), new float[0])
                .put("last", Shape.of(1, 2, 1, 2), new float[] {1, 2, 3, Float.NEGATIVE_INFINITY});
    }

    private static void assertSame(Weights actual, Weights expected) {
        assertThat(actual.names()).containsExactlyElementsOf(expected.names());
        for (String name : expected.names()) {
            assertThat(actual.shape(name)).as(name).isEqualTo(expected.shape(name));
            assertThat(actual.read(name)).as(name).containsExactly(expected.read(name));
        }
        assertThat(Fingerprint.of(actual)).isEqualTo(Fingerprint.of(expected));
    }

    @Test
    void safetensorsComeBackBitForBit() {
        Path file = folder.resolve("a.safetensors");
        SafetensorsWriter.write(file, sample(), Map.of("key", "value \u2603", "empty", ""));
        try (WeightFile read = Checkpoints.open(file)) {
            assertSame(read, sample());
            assertThat(read.metadata()).isEqualTo(Map.of("key", "value \u2603", "empty", ""));
        }
    }

    @Test
    void torchCheckpointsComeBackBitForBit() {
        Path file = folder.resolve("a.b.pth");
        TorchCheckpointWriter.write(file, sample());
        try (WeightFile read = Checkpoints.open(file)) {
            assertSame(read, sample());
        }
    }

    @Test
    void writesWithoutTensorsAreWholeFiles() {
        Path file = folder.resolve("none.safetensors");
        SafetensorsWriter.write(file, new ArrayWeights("none"), Map.of());
        try (WeightFile read = Checkpoints.open(file)) {
            assertThat(read.names()).isEmpty();
        }
    }

    @Test
    void theSameWeightsGiveTheSameBytes() throws IOException {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        for (Path each : List.of(first, second)) {
            TorchCheckpointWriter.write(each.resolve("a.pth"), sample());
            SafetensorsWriter.write(each.resolve("a.safetensors"), sample(), Map.of("k", "v"));
        }
        for (String name : List.of("a.pth", "a.safetensors")) {
            assertThat(Files.mismatch(first.resolve(name), second.resolve(name)))
                    .isEqualTo(-1);
        }
    }

    @Test
    void leavesTheOldFileAndNoOtherWhenWritingFails() throws IOException {
        Path file = folder.resolve("a.pth");
        TorchCheckpointWriter.write(file, sample());
        byte[] before = Files.readAllBytes(file);
        Weights broken = new FailingWeights();
        assertThatThrownBy(() -> TorchCheckpointWriter.write(file, broken)).hasMessage("cannot be read");
        assertThatThrownBy(() -> SafetensorsWriter.write(file, broken, Map.of()))
                .hasMessage("cannot be read");
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void namesWhatCannotBeWritten() {
        assertThatThrownBy(() -> TorchCheckpointWriter.write(folder.resolve("none/a.pth"), sample()))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining("a.pth: no such file or folder");
        ArrayWeights reserved = new ArrayWeights("reserved").put("__metadata__", Shape.of(1), new float[1]);
        assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("a.safetensors"), reserved, Map.of()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("__metadata__");
    }

    /** The entries lie as torch.save lays them out: uncompressed, each at a multiple of 64 bytes, in a folder named after the file. */
    @Test
    void placesStoragesWherePyTorchMapsThem() throws IOException {
        Path file = folder.resolve("model.best.pth");
        TorchCheckpointWriter.write(file, sample());
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long position = 0;
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertThat(new String(zip.getInputStream(zip.getEntry("model.best/version"))
                            .readAllBytes()))
                    .isEqualTo("3\n");
            assertThat(new String(zip.getInputStream(zip.getEntry("model.best/byteorder"))
                            .readAllBytes()))
                    .isEqualTo("little");
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                assertThat(entry.getMethod()).isEqualTo(ZipEntry.STORED);
                int at = (int) position;
                assertThat(bytes.getInt(at)).as("local header").isEqualTo(0x04034b50);
                position += 30 + bytes.getShort(at + 26) + bytes.getShort(at + 28);
                assertThat(position % 64).as(entry.getName()).isZero();
                position += entry.getSize();
            }
        }
    }

    /** The pickle makes the same calls in Python as the pickle of the file that torch.save wrote. */
    @Tag("golden")
    @ParameterizedTest
    @CsvSource({"backbone/dinov2_tiny.pth", "ideal/ideal_n1a1_checkpoint.pth"})
    void writesTheCallsThatTorchSaveWrites(String published) throws IOException {
        Path original = Fixture.file(published);
        Path written = folder.resolve("written.pth");
        try (WeightFile weights = Checkpoints.open(original)) {
            TorchCheckpointWriter.write(written, weights);
        }
        List<String> expected = PickleText.items(original);
        // Parameters are tensors that learn: torch.save wraps them once more, load_state_dict takes either.
        String wrapper = "torch._utils._rebuild_parameter(";
        String tail = ", true, collections.OrderedDict())";
        List<String> unwrapped = expected.stream()
                .map(item -> item.contains(wrapper)
                        ? item.replace(wrapper, "").substring(0, item.length() - wrapper.length() - tail.length())
                        : item)
                .toList();
        assertThat(PickleText.items(written)).isEqualTo(unwrapped).isNotEmpty();
    }

    /** Fails on its third tensor. */
    private static final class FailingWeights implements Weights {
        private final ArrayWeights inner = sample();

        @Override
        public Set<String> names() {
            return inner.names();
        }

        @Override
        public Shape shape(String name) {
            return inner.shape(name);
        }

        @Override
        public float[] read(String name) {
            if (name.equals("vector255")) {
                throw new IllegalStateException("cannot be read");
            }
            return inner.read(name);
        }

        @Override
        public String origin() {
            return "failing";
        }
    }
}
