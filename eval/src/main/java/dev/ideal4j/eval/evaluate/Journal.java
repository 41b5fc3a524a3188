package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The scores of a run so far, one line of JSON for each image. Lines are only appended. They are on disk before the next
 * images are scored. After a kill the last line may be incomplete; it is cut off, and its image is scored again.
 */
final class Journal implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;
    private final Map<Key, Float> scores = new HashMap<>();

    /**
     * The key of an image in a run.
     *
     * @param seed the run's seed
     * @param product the product
     * @param image the image's path
     */
    record Key(long seed, String product, String image) {}

    /**
     * A scored image.
     *
     * @param key the key of the image
     * @param score its image score
     */
    record Entry(Key key, float score) {}

    private Journal(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Opens a journal and reads its lines. The file is created if it is missing. */
    static Journal open(Path file) {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            Journal journal = new Journal(file, channel);
            journal.read();
            return journal;
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
            JsonNode line = Json.MAPPER.readTree(text);
            if (!line.path("seed").isIntegralNumber()
                    || !line.path("product").isTextual()
                    || !line.path("image").isTextual()
                    || !line.path("score").isNumber()) {
                throw new FileFormatException(file, "the line " + text, "seed, product, image and score");
            }
            Key key = new Key(
                    line.path("seed").asLong(),
                    line.path("product").asText(),
                    line.path("image").asText());
            scores.put(key, line.path("score").floatValue());
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "the line " + text, "a line of JSON", e);
        }
    }

    /** The score of an image, or null if it has no score yet. */
    Float score(Key key) {
        return scores.get(key);
    }

    /** Appends entries. They are on disk when this method returns. */
    void append(List<Entry> entries) {
        List<String> lines = new ArrayList<>();
        for (Entry entry : entries) {
            ObjectNode line = Json.MAPPER.createObjectNode();
            line.put("seed", entry.key().seed());
            line.put("product", entry.key().product());
            line.put("image", entry.key().image());
            line.put("score", entry.score());
            lines.add(line + "\n");
            scores.put(entry.key(), entry.score());
        }
        ByteBuffer bytes = ByteBuffer.wrap(String.join("", lines).getBytes(StandardCharsets.UTF_8));
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
