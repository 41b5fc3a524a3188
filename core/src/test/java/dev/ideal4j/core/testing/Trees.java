package dev.ideal4j.core.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Grows the folders that the fixtures list, with empty files. For tests only. */
public final class Trees {
    private Trees() {}

    /** The data set's folder under {@code parent}, with all its files. */
    public static Path grow(String dataset, Path parent) {
        try {
            Path root = Files.createDirectories(parent.resolve(dataset));
            for (String path : Files.readAllLines(Fixture.file("meta/" + dataset + ".tree.txt"))) {
                touch(root.resolve(path));
            }
            if (dataset.equals("VisA")) {
                touch(root.resolve("split_csv/1cls.csv"));
                Files.write(root.resolve("split_csv/1cls.csv"), Files.readAllBytes(Fixture.file("meta/VisA.1cls.csv")));
            }
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void touch(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, List.of());
    }
}
