package dev.ideal4j.eval.evaluate;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;

/** The file with the settings of a run. A run that goes on must have the same ones. */
public final class KeptSettings {
    private KeptSettings() {}

    /**
     * Writes the settings if the file is missing, else compares them with the file.
     *
     * @param out folder of the run as the user typed it, for messages
     * @param settings what determines the results, an object in JSON
     * @throws InvalidInputException if the file has other settings
     */
    public static void check(Path out, Path file, Object settings) {
        if (!Files.exists(file)) {
            Json.write(file, settings);
            return;
        }
        JsonNode now = Json.parsed(settings);
        JsonNode before = Json.read(file, JsonNode.class, "the settings of a run");
        for (Iterator<String> names = now.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!now.path(name).equals(before.path(name))) {
                throw new InvalidInputException(
                        "--out " + out,
                        before.has(name) ? "a run with " + name + " " + before.path(name) : "a run without " + name,
                        name + " " + now.path(name) + ", or a new folder");
            }
        }
    }
}
