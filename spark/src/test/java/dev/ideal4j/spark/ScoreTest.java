package dev.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program for {@code spark-submit}. */
class ScoreTest {
    private static final int IMAGES = 60;

    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Path fitted;
    private static Path images;
    private static Map<String, String> expected;

    /** A run in a JVM of its own, which a test kills. */
    public static void main(String[] args) {
        LocalSpark.session();
        Score.main(args);
    }

    @BeforeAll
    static void fit() throws Exception {
        spark = LocalSpark.session();
        Path products = Files.createDirectories(folder.resolve("products"));
        fitted = GeneratedImages.fit(GeneratedImages.good(folder.resolve("good"), 1), products.resolve("x.fitted"));
        images = GeneratedImages.write(folder.resolve("images"), 0, IMAGES);
        expected = GeneratedImages.detected(fitted, images);
    }

    private static int score(Object... arguments) {
        return Score.run(Stream.of(arguments).map(Object::toString).toArray(String[]::new));
    }

    private static Map<String, String> lines(Path output) throws IOException {
        Map<String, String> lines = new TreeMap<>();
        for (Path part : GeneratedImages.files(output, ".json")) {
            for (String line : Files.readAllLines(part)) {
                String before = lines.put(GeneratedImages.name(line), line.replaceFirst("\"image\":\"[^\"]*\",", ""));
                assertThat(before).as("each image once").isNull();
            }
        }
        return lines;
    }

    @Test
    void linesOfJsonAreThoseOfDetect() throws IOException {
        Path out = folder.resolve("json");
        assertThat(score("--fitted", fitted, "--input", images, "--output", out, "--format", "jsonl"))
                .isZero();
        assertThat(lines(out)).isEqualTo(expected);
    }

    @Tag("long")
    @Test
    @Timeout(120)
    void aRunThatIsKilledIsContinuedWhereItEnded() throws Exception {
        Path out = folder.resolve("killed");
        List<String> arguments = List.of(
                "--fitted",
                fitted.toString(),
                "--input",
                images.toString(),
                "--output",
                out.toString(),
                "--format",
                "jsonl",
                "--images-per-task",
                "2");
        Process child = start(arguments);
        while (!Files.isDirectory(out)
                || GeneratedImages.files(out, ".json").stream().noneMatch(ScoreTest::isDone)) {
            assertThat(child.isAlive()).isTrue();
            Thread.sleep(5);
        }
        child.destroyForcibly().waitFor();
        Map<Path, FileTime> before = new TreeMap<>();
        for (Path part : GeneratedImages.files(out, ".json")) {
            if (isDone(part)) {
                before.put(part, Files.getLastModifiedTime(part));
            }
        }
        assertThat(before).hasSizeBetween(1, IMAGES / 2 - 1);
        assertThat(out.resolve("_SUCCESS")).doesNotExist();

        String printed = printed(() -> assertThat(score(arguments.toArray())).isZero());
        int left = IMAGES;
        for (Path part : before.keySet()) {
            left -= Files.readAllLines(part).size();
            assertThat(Files.getLastModifiedTime(part)).isEqualTo(before.get(part));
        }
        assertThat(printed).contains(left + " images, of which 0 are errors");
        assertThat(lines(out)).isEqualTo(expected);
        assertThat(out.resolve("_SUCCESS")).exists();
        assertThat(out.resolve("_temporary")).doesNotExist();
    }

    private static boolean isDone(Path part) {
        return !part.toString().contains("_temporary");
    }

    private static Process start(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(JavaModuleOptions.defaultModuleOptions().split(" ")));
        command.addAll(List.of("-Xmx512m", "--add-modules", "jdk.incubator.vector"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ScoreTest.class.getName()));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("child.log").toFile())
                .directory(folder.toFile())
                .start();
    }

    private static String printed(Runnable run) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            run.run();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void newImagesAreAddedAndBrokenOnesAreErrors() throws IOException {
        Path some = GeneratedImages.write(folder.resolve("some/x"), 0, 5);
        Path out = folder.resolve("parquet");
        Object[] arguments = {"--fitted", fitted.getParent(), "--input", folder.resolve("some"), "--output", out};
        assertThat(printed(() -> assertThat(score(arguments)).isZero())).contains("5 images, of which 0 are errors");
        Files.write(some.resolve("empty.png"), new byte[0]);
        Files.writeString(some.resolve("text.jpg"), "no image");
        Files.writeString(some.resolve("notes.txt"), "no image either");
        assertThat(printed(() -> assertThat(score(arguments)).isZero())).contains("2 images, of which 2 are errors");
        List<Row> rows = spark.read().parquet(out.toString()).orderBy("image").collectAsList();
        assertThat(rows).hasSize(7);
        assertThat(rows.get(0).<Float>getAs("score")).isPositive();
        assertThat(rows.get(0).<String>getAs("product")).isEqualTo("x");
        assertThat(rows.get(5).<String>getAs("error")).contains("empty.png");
        assertThat(rows.get(6).<String>getAs("error")).contains("text.jpg");
    }

    @Test
    void listsOfPathsAndTablesOfImagesAreScored() throws IOException {
        Path list = folder.resolve("list.txt");
        List<Path> files = GeneratedImages.files(images, ".png").subList(0, 4);
        Files.write(list, files.stream().map(Path::toString).toList());
        Path fromList = folder.resolve("from-list");
        assertThat(score(
                        "--fitted",
                        fitted,
                        "--input",
                        list,
                        "--input-format",
                        "paths",
                        "--output",
                        fromList,
                        "--format",
                        "jsonl"))
                .isZero();
        Path table = folder.resolve("table");
        spark.read()
                .format("binaryFile")
                .load(images.toString())
                .limit(4)
                .write()
                .parquet(table.toString());
        Path fromTable = folder.resolve("from-table");
        assertThat(score(
                        "--fitted",
                        fitted,
                        "--input",
                        table,
                        "--input-format",
                        "parquet",
                        "--output",
                        fromTable,
                        "--format",
                        "jsonl"))
                .isZero();
        assertThat(lines(fromList)).hasSize(4).allSatisfy((name, line) -> assertThat(line)
                .isEqualTo(expected.get(name)));
        assertThat(lines(fromTable)).hasSize(4).allSatisfy((name, line) -> assertThat(line)
                .isEqualTo(expected.get(name)));
    }

    @Test
    void resultsOfOtherSettingsAreNotMixed() throws IOException {
        Path some = GeneratedImages.write(folder.resolve("few"), 0, 2);
        Path out = folder.resolve("settings");
        assertThat(score("--fitted", fitted, "--input", some, "--output", out)).isZero();
        assertThat(score("--fitted", fitted, "--input", some, "--output", out, "--least-area", "9"))
                .isEqualTo(1);
        assertThat(score("--fitted", fitted, "--input", some, "--output", some)).isEqualTo(1);
        assertThat(GeneratedImages.files(some, "")).hasSize(3);
    }

    @Test
    void wrongUsageHasExitCode2() {
        assertThat(score("--fitted", fitted)).isEqualTo(2);
        assertThat(score("--fitted", fitted, "--input", images, "--output", "x", "--images-per-task", "0"))
                .isEqualTo(2);
    }

    @Test
    void aMissingFileHasExitCode1() {
        assertThat(score("--fitted", folder.resolve("none"), "--input", images, "--output", folder.resolve("o")))
                .isEqualTo(1);
        assertThat(score("--fitted", fitted, "--input", folder.resolve("none"), "--output", folder.resolve("o")))
                .isEqualTo(1);
    }
}
