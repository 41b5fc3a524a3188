package dev.ideal4j.consumers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * A JVM that runs programs.
 *
 * @param home its folder
 * @param version 17 or later
 */
record Jvm(Path home, int version) {
    /** The one that runs this, and a JDK of each later version that is installed. */
    static Stream<Jvm> all() {
        Jvm own = new Jvm(
                Path.of(System.getProperty("java.home")), Runtime.version().feature());
        Path folder = Path.of("/usr/lib/jvm");
        if (!Files.isDirectory(folder)) {
            return Stream.of(own);
        }
        try (Stream<Path> homes = Files.list(folder)) {
            Stream<Jvm> others = homes.filter(home -> Files.exists(home.resolve("bin/jlink")))
                    .sorted()
                    .map(home -> new Jvm(home, versionOf(home)))
                    .filter(jvm -> jvm.version > own.version);
            return Stream.concat(Stream.of(own), others).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int versionOf(Path home) {
        try (Stream<String> lines = Files.lines(home.resolve("release"))) {
            return lines.filter(line -> line.startsWith("JAVA_VERSION="))
                    .map(line -> line.replaceAll("[^0-9.]", "").split("\\.")[0])
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    String java() {
        return home.resolve("bin/java").toString();
    }

    @Override
    public String toString() {
        return "JDK " + version;
    }
}
