package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.ideal4j.core.FileAccessException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files that arguments name, and the notes about files that are left out. */
class ImagePathsTest {
    @TempDir
    private Path folder;

    private final List<String> notes = new ArrayList<>();

    @BeforeEach
    void fill() throws IOException {
        write("parts/b.png", "parts/a.JPG", "parts/deep/c.Tiff");
    }

    private void write(String... names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "");
        }
    }

    private List<String> found(String... arguments) {
        List<String> paths = Stream.of(arguments)
                .map(name -> folder.resolve(name).toString())
                .toList();
        return ImagePaths.expand(paths, notes::add).stream()
                .map(file -> folder.relativize(file).toString())
                .toList();
    }

    @Test
    void aFolderStandsForAllImagesBelow() throws IOException {
        assertThat(found("parts")).containsExactly("parts/a.JPG", "parts/b.png", "parts/deep/c.Tiff");
        assertThat(notes).isEmpty();
    }

    @Test
    void linksAreFollowed() throws IOException {
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("parts"));
        Files.createSymbolicLink(folder.resolve("parts/more"), folder.resolve("parts/deep"));
        Files.createSymbolicLink(folder.resolve("parts/deep/loop"), folder.resolve("parts"));
        assertThat(found("link")).containsExactly("link/a.JPG", "link/b.png", "link/deep/c.Tiff", "link/more/c.Tiff");
        assertThat(found("link/")).hasSize(4);
    }

    @Test
    void filesThatAreNotImagesAreNamed() throws IOException {
        write("parts/d.svg", "parts/e.heic", "parts/f.svg", "parts/notes");
        assertThat(found("parts")).hasSize(3);
        assertThat(notes)
                .containsExactly(folder.resolve("parts")
                        + ": left out 4 files (*.heic, *.svg, notes); PNG, JPEG, BMP, TIFF, WebP, GIF and PNM"
                        + " are read");
    }

    @Test
    void hiddenFilesAreLeftOut() throws IOException {
        write("parts/._b.png", "parts/.cache/x.png", "parts/.DS_Store", "parts/Thumbs.db", ".hidden/in.png");
        assertThat(found("parts")).hasSize(3);
        assertThat(notes).containsExactly(folder.resolve("parts") + ": left out 1 hidden file");
        assertThat(found(".hidden")).as("a folder that is asked for by name").containsExactly(".hidden/in.png");
        assertThat(found("parts/._b.png")).containsExactly("parts/._b.png");
    }

    @Test
    void aGlobStandsForTheImagesThatMatch() throws IOException {
        write("parts/x.svg", "parts/._y.png");
        assertThat(found("parts/*")).containsExactly("parts/a.JPG", "parts/b.png");
        assertThat(notes).hasSize(2).first().asString().contains("*.svg");
    }

    @Test
    void nothingThereIsAnErrorThatNamesTheArgument() throws IOException {
        write("empty/readme.txt");
        assertThatThrownBy(() -> found("absent"))
                .isInstanceOf(FileAccessException.class)
                .hasMessage(folder.resolve("absent") + ": no such file or folder");
        assertThatThrownBy(() -> found("empty"))
                .isInstanceOf(FileAccessException.class)
                .hasMessageContainingAll(folder.resolve("empty").toString(), "no image there", "only *.txt");
    }

    @Test
    void aFolderThatCannotBeReadIsNamed() throws IOException {
        Path locked = Files.createDirectory(folder.resolve("parts/locked"));
        Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("---------"));
        try {
            assumeFalse(Files.isReadable(locked), "this user may read every folder");
            assertThatThrownBy(() -> found("parts"))
                    .isInstanceOf(FileAccessException.class)
                    .hasMessage(locked + ": access denied");
        } finally {
            Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rwx------"));
        }
    }
}
