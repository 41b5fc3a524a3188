package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder {@code run} in a run's output. It holds the files that a killed run needs to continue. {@code settings.json}
 * holds the settings of the run, and {@code journal.jsonl} the scores so far. The maps of a product lie there until the
 * product is done; its results then replace them. One process at a time may use the folder.
 */
final class RunFolder implements AutoCloseable {
    private final Path folder;
    private final FolderLock lock;
    private final Journal journal;

    private RunFolder(Path folder, FolderLock lock) {
        this.folder = folder;
        this.lock = lock;
        this.journal = Journal.open(folder.resolve("journal.jsonl"));
    }

    /**
     * Opens the folder of a run; creates it if it is missing.
     *
     * @param settings the settings that determine the run's scores; a folder of a run with other settings is refused
     */
    static RunFolder open(Path out, Object settings) {
        Path folder = out.resolve("run");
        try {
            Files.createDirectories(folder.resolve("products"));
            FolderLock lock = FolderLock.claim(folder, out);
            try {
                KeptSettings.check(out, folder.resolve("settings.json"), settings);
                return new RunFolder(folder, lock);
            } catch (RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
    }

    Journal journal() {
        return journal;
    }

    /** The map file of a product that is being scored. */
    MapFile maps(long seed, String product) {
        return MapFile.open(folder.resolve(name(seed, product) + ".maps"));
    }

    /** The results of a product, or null if it is not done. */
    ProductDetail product(long seed, String product) {
        Path file = folder.resolve("products").resolve(name(seed, product) + ".json");
        return Files.exists(file) ? Json.read(file, ProductDetail.class, "the results of a product") : null;
    }

    void keep(ProductDetail detail) {
        ProductResult result = detail.result();
        Json.write(folder.resolve("products").resolve(name(result.seed(), result.product()) + ".json"), detail);
    }

    /** The name of a product's files, which is valid on any file system. */
    static String name(long seed, String product) {
        return seed + "-" + URLEncoder.encode(product, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        journal.close();
        lock.close();
    }
}
