package dev.ideal4j.benchmarks;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The file of all measurements: one JSON line each, only ever appended to. */
final class History {
    private final Path file;
    private final String commit;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param commit of the sources that are measured
     */
    History(Path file, String commit) {
        this.file = file;
        this.commit = commit;
    }

    /**
     * Appends a line: when, which commit, on what machine and JVM, and the measurement.
     *
     * @param backend as in {@code --backend}
     * @param group heading under which the page shows it
     * @param what the measurement's name
     * @param values times in milliseconds (names end in {@code _ms}), rates, ratios
     */
    void append(String backend, String group, String what, Map<String, ?> values) throws IOException {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("commit", commit);
        line.put("cpu", cpu());
        line.put("cores", Runtime.getRuntime().availableProcessors());
        line.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        line.put("backend", backend);
        line.put("group", group);
        line.put("what", what);
        line.putAll(values);
        Files.writeString(
                file, json.writeValueAsString(line) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    /** All lines, oldest first. */
    static List<Map<String, Object>> read(Path file) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<Map<String, Object>> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            lines.add(json.readValue(line, new TypeReference<>() {}));
        }
        return lines;
    }

    /** Rounds for people. */
    static double round(double value, int digits) {
        double unit = Math.pow(10, digits);
        return Math.rint(value * unit) / unit;
    }

    private static String cpu() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        }
        return System.getProperty("os.arch");
    }
}
