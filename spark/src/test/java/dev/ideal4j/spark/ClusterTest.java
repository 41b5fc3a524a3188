package dev.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A standalone cluster with two workers, whose executors are JVMs of their own, scores images. */
class ClusterTest {
    private static final int IMAGES = 500;
    private static final int BROKEN = 5;
    private static final int PARTITIONS = 50;

    @TempDir
    private Path folder;

    /** Counts tasks, and kills an executor without warning when some have ended. */
    private static final class Killer extends SparkListener {
        private final Cluster cluster;
        private final AtomicInteger ended = new AtomicInteger();
        private final AtomicInteger lost = new AtomicInteger();
        private volatile int killed;

        Killer(Cluster cluster) {
            this.cluster = cluster;
        }

        @Override
        public void onTaskEnd(SparkListenerTaskEnd task) {
            if (ended.incrementAndGet() == PARTITIONS / 5) {
                ProcessHandle executor = cluster.executors().get(0);
                killed = executor.destroyForcibly() ? 1 : 0;
            }
        }

        @Override
        public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            lost.incrementAndGet();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "test.variants", matches = "true", disabledReason = "runs with -Pvariants")
    @Timeout(240)
    void fiveHundredImagesHaveTheBitsOfDetectThoughAnExecutorIsKilled() throws Exception {
        Path fitted =
                GeneratedImages.fit(GeneratedImages.good(folder.resolve("good"), 1), folder.resolve("part.fitted"));
        Path images = GeneratedImages.write(folder.resolve("images"), 0, IMAGES);
        Set<String> broken = breakSome(images);
        Map<String, String> expected = GeneratedImages.detected(fitted, images);
        assertThat(expected).hasSize(IMAGES - BROKEN);
        assertThat(expected.values().stream().filter(line -> line.contains("ANOMALOUS")))
                .hasSizeBetween(IMAGES / 10, IMAGES - IMAGES / 10);

        LocalSpark.stop();
        Cluster cluster = Cluster.start(folder, 2);
        try (cluster;
                SparkSession spark = cluster.session().getOrCreate()) {
            awaitExecutors(spark, 2);
            Killer killer = new Killer(cluster);
            spark.sparkContext().addSparkListener(killer);
            // Each task reads its files and scores them: tasks of one stage.
            spark.conf().set("spark.sql.files.openCostInBytes", 0);
            spark.conf().set("spark.sql.files.maxPartitionBytes", bytes(images) / PARTITIONS);
            Dataset<Row> files = spark.read().format("binaryFile").load(images.toString());
            IdealScorer scorer = new IdealScorer().setFitted(fitted.toString());
            Path out = folder.resolve("scores");
            scorer.transform(files.select("path", "content"))
                    .drop("content")
                    .withColumnRenamed("path", "image")
                    .write()
                    .json(out.toString());

            assertThat(killer.killed).isEqualTo(1);
            assertThat(killer.lost).hasPositiveValue();
            assertThat(killer.ended).hasValueGreaterThanOrEqualTo(PARTITIONS);
            assertResults(out, expected, broken);
            assertThat(loadedByEachExecutor(spark)).isNotEmpty().allSatisfy((pid, loaded) -> assertThat(loaded)
                    .as("a backbone and a detector")
                    .isEqualTo(2));
            assertThat(cluster.alive()).hasSizeGreaterThanOrEqualTo(4);
        }
        assertThat(cluster.alive()).isEmpty();
        assertThat(ProcessHandle.current()
                        .descendants()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(command -> command.contains("org.apache.spark"));
    }

    /** Damages 1 % of the images, each in another way. */
    private static Set<String> breakSome(Path images) throws IOException {
        List<Path> files = GeneratedImages.files(images, ".png");
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < BROKEN; i++) {
            Path file = files.get(i * 97 + 5);
            byte[] whole = Files.readAllBytes(file);
            byte[][] damages = {
                {0}, // Spark leaves out empty files
                "no image".getBytes(StandardCharsets.US_ASCII),
                Arrays.copyOf(whole, whole.length / 2),
                {(byte) 0x89, 'P', 'N', 'G'},
                Arrays.copyOf(whole, 40)
            };
            Files.write(file, damages[i]);
            names.add(file.getFileName().toString());
        }
        return names;
    }

    private static long bytes(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : GeneratedImages.files(folder, ".png")) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private static void assertResults(Path out, Map<String, String> expected, Set<String> broken) throws IOException {
        Map<String, String> found = new TreeMap<>();
        Set<String> errors = new TreeSet<>();
        int lines = 0;
        for (Path part : GeneratedImages.files(out, ".json")) {
            for (String line : Files.readAllLines(part)) {
                lines++;
                if (line.contains("\"error\"")) {
                    errors.add(GeneratedImages.name(line));
                    assertThat(line).doesNotContain("\"score\"");
                } else {
                    found.put(GeneratedImages.name(line), line.replaceFirst("\"image\":\"[^\"]*\",", ""));
                }
            }
        }
        assertThat(lines).as("each image once").isEqualTo(IMAGES);
        assertThat(errors).isEqualTo(broken);
        assertThat(found).isEqualTo(expected);
    }

    private static void awaitExecutors(SparkSession spark, int count) throws InterruptedException {
        for (int tries = 0;
                tries < 600 && spark.sparkContext().getExecutorMemoryStatus().size() < count + 1;
                tries++) {
            Thread.sleep(50);
        }
        assertThat(spark.sparkContext().getExecutorMemoryStatus().size()).isEqualTo(count + 1);
    }

    /** What each executor that has scored has loaded, by process. */
    private static Map<Long, Integer> loadedByEachExecutor(SparkSession spark) {
        Map<Long, Integer> loaded = new TreeMap<>();
        MapPartitionsFunction<Long, String> ask = ClusterTest::ask;
        for (String answer : spark.range(0, 20, 1, 20)
                .as(Encoders.LONG())
                .mapPartitions(ask, Encoders.STRING())
                .collectAsList()) {
            String[] parts = answer.split(" ");
            loaded.put(Long.valueOf(parts[0]), Integer.valueOf(parts[1]));
        }
        loaded.values().removeIf(count -> count == 0); // an executor that took the place of the killed one too late
        return loaded;
    }

    private static Iterator<String> ask(Iterator<Long> numbers) {
        return List.of(ProcessHandle.current().pid() + " " + OncePerJvm.loaded())
                .iterator();
    }
}
