package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;

/** A copy of the script {@code ideal}, in a folder of its own, that runs the classes under test. */
record InstalledLauncher(Path home) {
    static InstalledLauncher in(Path home) throws IOException {
        copy(home, "ideal");
        copy(home, "cli/src/main/dist/bin/ideal");
        Path jar = home.resolve("cli/target/ideal4j-cli.jar");
        Files.createDirectories(jar.getParent());
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        String classes = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toUri().toString())
                .collect(Collectors.joining(" "));
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, classes);
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
        return new InstalledLauncher(home);
    }

    private static void copy(Path home, String script) throws IOException {
        Path target = home.resolve(script);
        Files.createDirectories(target.getParent());
        Files.copy(Path.of("..", script), target);
        assertThat(target.toFile().setExecutable(true)).isTrue();
    }

    /** A shell in the folder, with the Java that runs this. */
    ProcessBuilder shell(String commands) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", commands).directory(home.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("IDEAL4J_NO_BUILD", "1");
        environment.put("XDG_CACHE_HOME", home.resolve("cache").toString());
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", Path.of(System.getProperty("java.home"), "bin") + ":" + environment.get("PATH"));
        environment.keySet().removeAll(Set.of("IDEAL4J_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "LD_PRELOAD"));
        return builder;
    }
}
