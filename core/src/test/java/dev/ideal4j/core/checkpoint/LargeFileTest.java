package dev.ideal4j.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Shape;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files beyond 2 and 4 GiB. Nearly all of each file is a hole, which takes no space on the disk. */
class LargeFileTest {
    private static final long FIVE_GIB = 5L << 30;
    private static final float[] VALUES = {1.5f, -2, 3};

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void needsRoom() throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        assumeTrue(free > 2 * FIVE_GIB, "10 GiB for sparse files needed in " + folder + ", free: " + free);
        file = folder.resolve("large");
    }

    @Test
    void readsSafetensorsBehindTheFirstGigabytes() throws IOException {
        String header = "{\"hole\":{\"dtype\":\"U8\",\"shape\":[1280,4194304],\"data_offsets\":[0," + FIVE_GIB + "]},"
                + "\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[" + FIVE_GIB + "," + (FIVE_GIB + 12)
                + "]}}";
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(Crafted.bytes(Crafted.int64(header.length()), header));
            out.seek(out.getFilePointer() + FIVE_GIB);
            FloatBytes.<IOException>forEach(VALUES, (bytes, count) -> out.write(bytes, 0, count));
        }
        assertReads();
    }

    /** Two storages in one archive: the entry after 5 GiB has its place in a zip64 field, and so has the directory. */
    @Test
    void readsZip64Archives() throws IOException {
        byte[] pickle = Crafted.dict(
                Crafted.text("hole"),
                Crafted.tensor("0", FIVE_GIB / 4, 0, new long[] {1280, 1 << 20}, new long[] {1 << 20, 1}),
                Crafted.text("w"),
                Crafted.tensor("1", 3, 0, new long[] {3}, new long[] {1}));
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            long first = begin(out, "a/data.pkl", pickle.length);
            out.write(pickle);
            long hole = begin(out, "a/data/0", FIVE_GIB);
            out.seek(out.getFilePointer() + FIVE_GIB);
            long last = begin(out, "a/data/1", 12);
            FloatBytes.<IOException>forEach(VALUES, (bytes, count) -> out.write(bytes, 0, count));
            long directory = out.getFilePointer();
            list(out, "a/data.pkl", pickle.length, first);
            list(out, "a/data/0", FIVE_GIB, hole);
            list(out, "a/data/1", 12, last);
            end(out, 3, directory);
        }
        assertReads();
    }

    private void assertReads() {
        assertThat(file.toFile().length()).isGreaterThan(FIVE_GIB);
        try (WeightFile weights = Checkpoints.open(file)) {
            assertThat(weights.names()).containsExactly("hole", "w");
            assertThat(weights.shape("hole").axis(0)).isEqualTo(1280);
            long allocated =
                    Allocation.during(() -> assertThat(weights.read("w")).containsExactly(VALUES));
            assertThat(allocated).isLessThan(1 << 20);
            assertThat(weights.shape("w")).isEqualTo(Shape.of(3));
        }
    }

    /** A local header with a zip64 field; no checksum. Returns its position. */
    private static long begin(RandomAccessFile out, String name, long size) throws IOException {
        long position = out.getFilePointer();
        out.write(Crafted.bytes("PK", 3, 4, 45, 0, new byte[12], new byte[] {-1, -1, -1, -1, -1, -1, -1, -1}));
        out.write(new byte[] {(byte) name.length(), 0, 20, 0});
        out.write(Crafted.bytes(name, 1, 0, 16, 0, Crafted.int64(size), Crafted.int64(size)));
        return position;
    }

    private static void list(RandomAccessFile out, String name, long size, long position) throws IOException {
        byte[] fullInt = {-1, -1, -1, -1};
        out.write(Crafted.bytes("PK", 1, 2, 45, 0, 45, 0, new byte[12], fullInt, fullInt));
        out.write(new byte[] {(byte) name.length(), 0, 28, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
        out.write(fullInt);
        out.write(name.getBytes(StandardCharsets.US_ASCII));
        out.write(Crafted.bytes(1, 0, 24, 0, Crafted.int64(size), Crafted.int64(size), Crafted.int64(position)));
    }

    private static void end(RandomAccessFile out, long entries, long directory) throws IOException {
        long end = out.getFilePointer();
        out.write(Crafted.bytes("PK", 6, 6, Crafted.int64(44), 45, 0, 45, 0, new byte[8]));
        out.write(Crafted.bytes(Crafted.int64(entries), Crafted.int64(entries)));
        out.write(Crafted.bytes(Crafted.int64(end - directory), Crafted.int64(directory)));
        out.write(Crafted.bytes("PK", 6, 7, new byte[4], Crafted.int64(end), 1, 0, 0, 0));
        out.write(Crafted.bytes("PK", 5, 6, new byte[4], new byte[] {-1, -1, -1, -1}));
        out.write(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, 0, 0});
    }
}
