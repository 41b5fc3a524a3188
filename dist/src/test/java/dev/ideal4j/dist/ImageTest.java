package dev.ideal4j.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive with a Java of its own (profile image), on a machine without Java. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "unpacks with unzip and runs the shell script")
class ImageTest {
    @TempDir
    static Path folder;

    private static Path home;

    @BeforeAll
    static void unpack() throws Exception {
        String name = System.getProperty("distribution");
        Path archive = Path.of(
                        "target",
                        name + "-" + System.getProperty("os.name") + "-" + System.getProperty("os.arch") + ".zip")
                .toAbsolutePath();
        assumeThat(archive).as("made by -Pdist,image").exists();
        assertThat(run(List.of("unzip", "-q", archive.toString()))).isZero();
        home = folder.resolve(name);
    }

    /** JUnit would otherwise warn of links that lead out of its folder. */
    @AfterAll
    static void removeLinks() throws IOException {
        if (Files.isDirectory(folder.resolve("tools"))) {
            try (Stream<Path> links = Files.list(folder.resolve("tools"))) {
                for (Path link : links.toList()) {
                    Files.delete(link);
                }
            }
        }
    }

    private static int run(List<String> command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("out.txt").toFile())
                .redirectError(folder.resolve("err.txt").toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("IDEAL4J_") || key.startsWith("JAVA"));
        builder.environment().remove("LD_PRELOAD");
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        return builder.start().waitFor();
    }

    /** With a path on which no Java is. */
    private static String ideal(String arguments) throws Exception {
        Path tools = Files.createDirectories(folder.resolve("tools"));
        for (String tool : List.of(
                "sh", "dirname", "readlink", "sed", "head", "mkfifo", "rm", "mv", "mkdir", "ls", "cksum", "date")) {
            Path link = tools.resolve(tool);
            if (!Files.exists(link)) {
                Files.createSymbolicLink(
                        link, Path.of(Files.exists(Path.of("/bin", tool)) ? "/bin" : "/usr/bin", tool));
            }
        }
        int code = run(List.of("sh", "-c", "PATH=" + tools + "; " + home.resolve("bin/ideal") + " " + arguments));
        assertThat(code).as("%s", Files.readString(folder.resolve("err.txt"))).isZero();
        return Files.readString(folder.resolve("out.txt"));
    }

    @Test
    void namesItsOwnJava() throws Exception {
        assertThat(ideal("--version")).contains("java ", System.getProperty("java.version"), "backend ");
        assertThat(home.resolve("runtime/bin/java")).isExecutable();
        assertThat(home.resolve("runtime/bin/javac")).doesNotExist();
    }

    @Test
    void findsDefects() throws Exception {
        String table = ideal("demo --no-training --backend cpu --normals 2 --good 2 --defective 1");
        assertThat(table).containsPattern("mean +\\d+ +0\\.[6-9]|mean +\\d+ +1\\.");
        assertThat(folder.resolve("ideal-out/demo/report.html")).isNotEmptyFile();
    }

    @Test
    void showsHelp() throws Exception {
        ideal("--help");
        assertThat(ideal("--help")).startsWith("Usage: ideal ");
        assertThat(Files.readString(folder.resolve("err.txt"))).isEmpty();
    }
}
