package dev.ideal4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.FileAccessException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file with a list in JSON. The list is complete after each addition, so that a killed run keeps its results. */
final class JsonListFile implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String END = "\n]\n";

    private final Path file;
    private final FileChannel channel;

    /** Position of the closing bracket. The next element is written there. */
    private long end;

    private JsonListFile(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Starts an empty list. An existing file is replaced. */
    static JsonListFile create(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
            JsonListFile list = new JsonListFile(file, channel);
            list.write("[");
            return list;
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /**
     * Adds an element.
     *
     * @throws FileAccessException if the element cannot be written; the list is then unchanged
     */
    void add(JsonNode element) {
        try {
            write((end == 1 ? "\n  " : ",\n  ") + MAPPER.writeValueAsString(element));
        } catch (IOException e) {
            restore();
            throw FileAccessException.of(file, e);
        }
    }

    /** Writes an element and the end of the list. */
    private void write(String element) throws IOException {
        put(element + END, end);
        end += element.getBytes(StandardCharsets.UTF_8).length;
    }

    private void put(String text, long position) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }

    /** Restores the list after a write that failed, for example on a full disk: the end fits where it was before. */
    private void restore() {
        try {
            put(END, end);
            channel.truncate(end + END.length());
        } catch (IOException e) {
            // The caller reports the error of the write.
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
