package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The scores of a run so far, one line of JSON for each image. They are on disk before the next images are scored. */
final class Journal implements AutoCloseable {
    private final JsonLines lines;
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

    private Journal(JsonLines lines) {
        this.lines = lines;
    }

    /** Opens a journal and reads its lines. The file is created if it is missing. */
    static Journal open(Path file) {
        Journal journal = new Journal(JsonLines.open(file));
        try {
            journal.lines.lines().forEach(line -> journal.take(file, line));
            return journal;
        } catch (RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void take(Path file, JsonNode line) {
        if (!line.path("seed").isIntegralNumber()
                || !line.path("product").isTextual()
                || !line.path("image").isTextual()
                || !line.path("score").isNumber()) {
            throw new FileFormatException(file, "the line " + line, "seed, product, image and score");
        }
        Key key = new Key(
                line.path("seed").asLong(),
                line.path("product").asText(),
                line.path("image").asText());
        scores.put(key, line.path("score").floatValue());
    }

    /** The score of an image, or null if it has no score yet. */
    Float score(Key key) {
        return scores.get(key);
    }

    /** Appends entries. They are on disk when this method returns. */
    void append(List<Entry> entries) {
        List<ObjectNode> added = new ArrayList<>();
        for (Entry entry : entries) {
            ObjectNode line = Json.MAPPER.createObjectNode();
            line.put("seed", entry.key().seed());
            line.put("product", entry.key().product());
            line.put("image", entry.key().image());
            line.put("score", entry.score());
            added.add(line);
            scores.put(entry.key(), entry.score());
        }
        lines.append(added);
    }

    @Override
    public void close() {
        lines.close();
    }
}
