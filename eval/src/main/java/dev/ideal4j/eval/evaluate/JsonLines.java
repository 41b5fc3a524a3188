package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file with one JSON value a line. Lines are only appended. After a kill the last line may be incomplete; it is cut off when
 * the file is opened again. Not thread-safe.
 */
public final class JsonLines implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final List<JsonNode> read = new ArrayList<>();

    private JsonLines(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a file and reads its lines. The file is created if it is missing.
     *
     * @throws FileFormatException if a complete line is no JSON
     */
    public static JsonLines open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            try {
                JsonLines lines = new JsonLines(file, channel);
                lines.read();
                return lines;
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    private void read() throws IOException {
        ByteBuffer all = ByteBuffer.allocate(Math.toIntExact(channel.size()));
        while (all.hasRemaining() && channel.read(all) >= 0) {
            // Reads to the end of the file, which is earlier if the file shrinks in the meantime.
        }
        int end = all.position();
        int start = 0;
        for (int i = 0; i < end; i++) {
            if (all.get(i) == '\n') {
                line(new String(all.array(), start, i - start, StandardCharsets.UTF_8));
                start = i + 1;
            }
        }
        channel.truncate(start);
        channel.position(start);
    }

    private void line(String text) {
        try {
            read.add(Json.MAPPER.readTree(text));
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "the line " + text, "a line of JSON", e);
        }
    }

    /** The lines that the file had when it was opened. */
    public List<JsonNode> lines() {
        return List.copyOf(read);
    }

    /** Appends lines. They are on disk when this method returns. */
    public void append(List<? extends JsonNode> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(false);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
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
