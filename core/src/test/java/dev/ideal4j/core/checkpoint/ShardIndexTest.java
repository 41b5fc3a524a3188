package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A model in several safetensors files. */
class ShardIndexTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @TempDir
    private Path folder;

    @BeforeEach
    void write() throws IOException {
        shard(FIRST, "a", 1, 2, 3);
        shard(SECOND, "b", 4, 5);
        index("{\"metadata\": {\"total_size\": 20}, \"weight_map\": {\"a\": \"%s\", \"b\": \"%s\"}}"
                .formatted(FIRST, SECOND));
    }

    private void shard(String file, String name, float... values) {
        ArrayWeights weights = new ArrayWeights("shard");
        weights.put(name, Shape.of(values.length), values);
        SafetensorsWriter.write(folder.resolve(file), weights, Map.of());
    }

    private void index(String content) throws IOException {
        Files.writeString(folder.resolve(INDEX), content);
    }

    @Test
    void theIndexAndTheFolderHoldAllTensors() {
        for (Path file : new Path[] {folder, folder.resolve(INDEX)}) {
            try (WeightFile weights = Checkpoints.open(file)) {
                assertThat(weights.names()).containsExactly("a", "b");
                assertThat(weights.shape("a")).isEqualTo(Shape.of(3));
                assertThat(weights.read("a")).containsExactly(1, 2, 3);
                assertThat(weights.read("b")).containsExactly(4, 5);
            }
        }
    }

    @Test
    void oneOfSeveralFilesIsNamedForWhatItIs() {
        assertThatThrownBy(() -> Checkpoints.open(folder.resolve(FIRST)))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(FIRST, "one of the several files of a model", "index");
    }

    @Test
    void aFolderWithoutIndexHoldsAModelFile() throws IOException {
        Files.delete(folder.resolve(INDEX));
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(folder.toString(), "no files named *" + ".safetensors.index.json");
        shard("model.safetensors", "c", 6);
        try (WeightFile weights = Checkpoints.open(folder)) {
            assertThat(weights.read("c")).containsExactly(6);
        }
    }

    @Test
    void aMissingFileOrTensorIsNamed() throws IOException {
        Files.delete(folder.resolve(SECOND));
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContaining(SECOND + ": no such file");
        shard(SECOND, "other", 4);
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContainingAll(INDEX, "tensor b missing in " + SECOND);
    }

    @ParameterizedTest
    @CsvSource({
        "{, malformed JSON",
        "{}, no weight_map",
        "[1], no weight_map",
        "{\"weight_map\": {\"a\": \"../model.safetensors\"}}, file name ../model.safetensors",
        "{\"weight_map\": {\"a\": \"/etc/passwd\"}}, file name /etc/passwd",
        "{\"weight_map\": {\"a\": 3.5e400}}, "
    })
    void aBadIndexIsRefused(String content, String found) throws IOException {
        index(content);
        assertThatThrownBy(() -> Checkpoints.open(folder))
                .isInstanceOfAny(FileFormatException.class, FileAccessException.class)
                .hasMessageContaining(found == null ? "" : found);
    }
}
