package dev.ideal4j.cli.weights;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.AtomicFile;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;

/**
 * A download on its way: the bytes so far in {@code NAME.part}, and in {@code NAME.part.json} what they are the beginning
 * of, so that a later attempt can tell whether to go on or to start again. Locked against other programs while open.
 */
final class PartialDownload implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path target;
    private final Path bytes;
    private final Path description;
    private final FileChannel channel;

    /**
     * What the bytes belong to.
     *
     * @param url the address asked for
     * @param validator the server's mark of this version of the file (ETag or Last-Modified), empty if it gave none
     * @param total length of the whole file in bytes, −1 if unknown
     */
    record State(String url, String validator, long total) {}

    private PartialDownload(Path target, Path bytes, FileChannel channel) {
        this.target = target;
        this.bytes = bytes;
        this.description = target.resolveSibling(bytes.getFileName() + ".json");
        this.channel = channel;
    }

    /** Opens what there is for {@code target}, or returns null if another program, or thread, has it open. */
    static PartialDownload open(Path target) throws IOException {
        Path bytes = target.resolveSibling(target.getFileName() + ".part");
        FileChannel channel = FileChannel.open(bytes, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        if (!lock(channel)) {
            channel.close();
            return null;
        }
        return new PartialDownload(target, bytes, channel);
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            // Beyond the data, which some systems would not let others read under a lock.
            return channel.tryLock(Long.MAX_VALUE - 1, 1, false) != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path file() {
        return bytes;
    }

    long size() throws IOException {
        return channel.size();
    }

    /** What the bytes belong to, or null if that is unknown or another address. */
    State state(URI uri) throws IOException {
        if (!Files.exists(description)) {
            return null;
        }
        try {
            State state = JSON.readValue(description.toFile(), State.class);
            return uri.toString().equals(state.url()) && state.validator() != null ? state : null;
        } catch (JacksonException e) {
            return null;
        }
    }

    /** Starts from nothing. */
    void restart(State state) throws IOException {
        channel.truncate(0);
        AtomicFile.write(description, out -> out.write(JSON.writeValueAsBytes(state)));
    }

    /** Adds bytes at the end. */
    void append(byte[] piece, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(piece, 0, count);
        channel.position(channel.size());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Forces the bytes to the disk. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Gives the file its name, and puts beside it where it came from and what its hash was. */
    void finish(URI uri, String sha256) throws IOException {
        Map<String, Object> record = new TreeMap<>(Map.of(
                "url", uri.toString(),
                "sha256", sha256,
                "bytes", size(),
                "fetched", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        channel.close();
        AtomicFile.write(
                target.resolveSibling(target.getFileName() + ".json"),
                out -> out.write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(record)));
        Files.move(bytes, target, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(description);
    }

    /** Forgets it all. */
    void discard() throws IOException {
        channel.truncate(0);
        close();
    }

    /** Keeps what is there for a later attempt, if anything is. */
    @Override
    public void close() throws IOException {
        if (channel.isOpen()) {
            boolean empty = channel.size() == 0;
            channel.close();
            if (empty) {
                Files.deleteIfExists(bytes);
                Files.deleteIfExists(description);
            }
        }
    }
}
