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
 * A download that is not complete. {@code NAME.part} holds the bytes so far. {@code NAME.part.json} states which file they
 * belong to, so that a later attempt can tell whether to continue or to start again. It is locked against other programs
 * while it is open.
 */
final class PartialDownload implements Closeable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path target;
    private final Path bytes;
    private final Path description;
    private final FileChannel channel;

    /**
     * The file that the bytes belong to.
     *
     * @param url the address of the download
     * @param validator the server's identifier of this version of the file (ETag or Last-Modified), empty if it gave none
     * @param total length of the whole file in bytes, −1 if unknown
     */
    record State(String url, String validator, long total) {}

    private PartialDownload(Path target, Path bytes, FileChannel channel) {
        this.target = target;
        this.bytes = bytes;
        this.description = target.resolveSibling(bytes.getFileName() + ".json");
        this.channel = channel;
    }

    /** Opens the download of {@code target}. Returns null if another program or thread has it open. */
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
            // The lock is beyond the data, because some systems do not let others read locked bytes.
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

    /** The file that the bytes belong to, or null if it is unknown or from another address. */
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

    /** Discards the bytes and starts again. */
    void restart(State state) throws IOException {
        channel.truncate(0);
        AtomicFile.write(description, out -> out.write(JSON.writeValueAsBytes(state)));
    }

    /** Appends bytes. */
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

    /** Gives the file its final name, and records its address and hash in {@code NAME.json}. */
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

    /** Deletes the bytes and their description. */
    void discard() throws IOException {
        channel.truncate(0);
        close();
    }

    /** Closes the download. Its bytes stay for a later attempt; empty files are deleted. */
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
