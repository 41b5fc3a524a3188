package dev.ideal4j.core.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A program in a JVM of its own, with this JVM's class path: for what may end the JVM, and for what happens once a JVM.
 *
 * @param exitCode 134 if the JVM was aborted
 * @param out all that it printed
 * @param errors all of its standard error
 */
public record ChildJvm(int exitCode, String out, String errors) {
    /**
     * Runs it to its end.
     *
     * @param classPath null for this JVM's
     * @param options of the JVM
     */
    public static ChildJvm run(String classPath, List<String> options, Class<?> program, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath == null ? System.getProperty("java.class.path") : classPath));
        command.add(program.getName());
        command.addAll(List.of(arguments));
        Path folder = Files.createTempDirectory("ideal4j-child");
        Path out = folder.resolve("out");
        Path errors = folder.resolve("errors");
        try {
            // In its own folder: an aborted JVM leaves a core file behind.
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(errors.toFile())
                    .start();
            int exitCode = process.waitFor();
            return new ChildJvm(exitCode, text(out), text(errors));
        } finally {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
