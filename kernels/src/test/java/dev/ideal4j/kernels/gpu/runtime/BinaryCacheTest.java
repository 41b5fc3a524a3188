package dev.ideal4j.kernels.gpu.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BinaryCacheTest {
    @TempDir
    Path folder;

    @Test
    void keepsWhatWasStored() {
        byte[] content = {1, 2, 3};
        BinaryCache cache = BinaryCache.in(folder.resolve("a/b"));
        String key = BinaryCache.key("source", "options");
        assertThat(cache.load(key)).isNull();
        cache.store(key, content);
        assertThat(cache.load(key)).isEqualTo(content);
        assertThat(BinaryCache.in(folder.resolve("a/b")).load(key)).isEqualTo(content);
        assertThat(cache.load(BinaryCache.key("sourc", "eoptions"))).isNull();
    }

    @Test
    void everyDamageIsNoticed() throws IOException {
        BinaryCache cache = BinaryCache.in(folder.resolve("kernels"));
        cache.store("key", new byte[] {1, 2, 3});
        Path file = folder.resolve("kernels/key.bin");
        byte[] whole = Files.readAllBytes(file);
        for (int i = 0; i < whole.length; i++) {
            byte[] damaged = whole.clone();
            damaged[i] ^= 4;
            Files.write(file, damaged);
            assertThat(cache.load("key")).as("byte %d", i).isNull();
            Files.write(
                    file,
                    Stream.of(whole)
                            .map(w -> java.util.Arrays.copyOf(w, w.length - 1))
                            .findFirst()
                            .get());
            assertThat(cache.load("key")).isNull();
        }
        cache.store("key", new byte[] {4});
        assertThat(cache.load("key")).containsExactly(4);
    }

    @Test
    void aFolderThatOthersMayWriteToIsNotUsed() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
        Path open = Files.createDirectory(folder.resolve("open"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        BinaryCache cache = BinaryCache.in(open);
        cache.store("key", new byte[] {1});
        assertThat(open).isEmptyDirectory();
        assertThat(cache.load("key")).isNull();
        BinaryCache own = BinaryCache.in(folder.resolve("own"));
        own.store("key", new byte[] {1});
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("own"))))
                .isEqualTo("rwx------");
    }

    @Test
    void aFolderOfAnotherUserIsNotUsed() throws IOException {
        assumeTrue(Files.getFileStore(folder).supportsFileAttributeView("posix"), "no POSIX permissions here");
        Path foreign = Files.createDirectory(
                folder.resolve("foreign"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.setOwner(
                    foreign,
                    folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        } catch (IOException e) {
            assumeTrue(false, "this user cannot give a folder to another: " + e.getMessage());
        }
        BinaryCache.in(foreign).store("key", new byte[] {1});
        assertThat(foreign).isEmptyDirectory();
    }

    @Test
    void whatCannotBeAFolderMeansNoCache() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        BinaryCache cache = BinaryCache.in(file.resolve("kernels"));
        cache.store("key", new byte[] {1});
        assertThat(cache.load("key")).isNull();
    }

    /** Threads act like several processes. A reader sees either the whole content or none. */
    @Test
    void writersDoNotDisturbReaders() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                byte[] content = new byte[50_000];
                java.util.Arrays.fill(content, (byte) thread);
                running.add(threads.submit(() -> {
                    BinaryCache cache = BinaryCache.in(folder.resolve("kernels"));
                    for (int i = 0; i < 20; i++) {
                        cache.store("key", content);
                        byte[] seen = cache.load("key");
                        assertThat(seen).hasSize(content.length).containsOnly(seen[0]);
                    }
                }));
            }
            for (Future<?> thread : running) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
        try (Stream<Path> files = Files.list(folder.resolve("kernels"))) {
            assertThat(files).hasSize(1);
        }
    }
}
