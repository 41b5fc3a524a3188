package dev.ideal4j.eval.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.eval.evaluate.FolderLock;
import dev.ideal4j.eval.evaluate.Json;
import dev.ideal4j.eval.evaluate.JsonLines;
import dev.ideal4j.eval.evaluate.KeptSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The folder of an audit that can go on after an interruption. {@code settings.json} holds its settings, {@code counts.jsonl} a
 * line for each fit. One process at a time may use the folder. Not thread-safe.
 */
public final class AuditFolder implements AutoCloseable {
    private static final String FILE = "counts.jsonl";

    /**
     * Which fit.
     *
     * @param pool name of the pool
     * @param seed of the draw
     * @param images number of calibration images, n
     * @param apart normal references beside them; 0 if the n images are the references themselves
     */
    record Fit(String pool, long seed, int images, int apart) {}

    private record Line(Fit fit, List<FalseAlarmTable.Counted> counts) {}

    private final FolderLock lock;
    private final JsonLines lines;
    private final Map<Fit, List<FalseAlarmTable.Counted>> known = new HashMap<>();

    private AuditFolder(FolderLock lock, JsonLines lines) {
        this.lock = lock;
        this.lines = lines;
    }

    /**
     * Opens the folder of an audit; creates it if it is missing.
     *
     * @param settings what determines the counts; a folder of an audit with other settings is refused
     */
    public static AuditFolder open(Path out, Object settings) {
        FolderLock lock = FolderLock.claim(out, out);
        try {
            KeptSettings.check(out, out.resolve("settings.json"), settings);
            Path file = out.resolve(FILE);
            AuditFolder folder = new AuditFolder(lock, JsonLines.open(file));
            try {
                folder.lines.lines().forEach(line -> folder.take(file, line));
                return folder;
            } catch (RuntimeException e) {
                folder.lines.close();
                throw e;
            }
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private void take(Path file, JsonNode line) {
        try {
            Line fit = Json.MAPPER.treeToValue(line, Line.class);
            if (fit == null || fit.fit() == null || fit.counts() == null) {
                throw new FileFormatException(file, "the line " + line, "the counts of a fit");
            }
            known.put(fit.fit(), fit.counts());
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "the line " + line, "the counts of a fit", e);
        }
    }

    /** The counts of a fit, or null if it has not been counted. */
    List<FalseAlarmTable.Counted> counts(Fit fit) {
        return known.get(fit);
    }

    /** Keeps the counts of a fit. They are on disk when this method returns. */
    void keep(Fit fit, List<FalseAlarmTable.Counted> counts) {
        lines.append(List.of(Json.MAPPER.<ObjectNode>valueToTree(new Line(fit, counts))));
        known.put(fit, counts);
    }

    @Override
    public void close() {
        lines.close();
        lock.close();
    }
}
