package dev.ideal4j.core.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The small images of every kind in the resources, each with Pillow's reading of it (made by {@code make.py}). */
final class FormatFiles {
    static final int WIDTH = 19;
    static final int HEIGHT = 13;

    private FormatFiles() {}

    static List<Path> all() {
        try (Stream<Path> files =
                Files.list(Path.of(FormatFiles.class.getResource("formats").toURI()))) {
            return files.filter(ImageReader::hasSuffix).sorted().toList();
        } catch (IOException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] bytes(String name) {
        return bytes(
                all().stream().filter(file -> file.endsWith(name)).findFirst().orElseThrow());
    }

    static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Pillow makes of a file. */
    static byte[] expected(Path file) {
        return bytes(Path.of(file + ".rgb"));
    }
}
