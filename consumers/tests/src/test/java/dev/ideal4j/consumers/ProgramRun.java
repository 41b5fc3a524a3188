package dev.ideal4j.consumers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The outcome of a program.
 *
 * @param code exit code
 * @param out lines of standard output
 * @param err lines of standard error
 */
record ProgramRun(int code, List<String> out, List<String> err) {
    static ProgramRun of(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("ideal4j-consumer");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("IDEAL4J_") || name.startsWith("JAVA_TOOL"));
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new ProgramRun(code, Files.readAllLines(out), Files.readAllLines(err));
    }

    /** The number after a word at the start of a line. */
    double number(String word) {
        return out.stream()
                .filter(line -> line.startsWith(word + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(word.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }
}
