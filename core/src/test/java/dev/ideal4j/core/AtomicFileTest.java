package dev.ideal4j.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesTheOldContentAndLeavesNothingElse() throws IOException {
        Path file = Files.writeString(folder.resolve("result.txt"), "old and longer");

        AtomicFile.write(file, out -> out.write("new".getBytes()));

        assertThat(file).hasContent("new");
        assertThat(names()).containsExactly("result.txt");
    }

    @Test
    void aFailureKeepsTheOldContent() throws IOException {
        Path file = Files.writeString(folder.resolve("result.txt"), "old");

        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(1);
                    throw new IOException("disk full");
                }))
                .isInstanceOf(FileAccessException.class)
                .hasMessage(file + ": disk full");

        assertThat(file).hasContent("old");
        assertThat(names()).containsExactly("result.txt");
    }

    @Test
    void aMissingFolderIsNamed() {
        Path file = folder.resolve("absent/result.txt");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> out.write(1)))
                .isInstanceOf(FileAccessException.class)
                .hasMessage(file + ": no such file or folder");
    }

    @Test
    void aFolderIsNotReplaced() throws IOException {
        Path target = Files.createDirectory(folder.resolve("taken"));
        assertThatThrownBy(() -> AtomicFile.write(target, out -> out.write(1)))
                .isInstanceOf(FileAccessException.class)
                .hasMessageStartingWith(target.toString());
        assertThat(names()).containsExactly("taken");
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
