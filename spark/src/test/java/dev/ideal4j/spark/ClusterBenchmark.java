package dev.ideal4j.spark;

import dev.ideal4j.cli.IdealCommand;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Images per second of a cluster on loopback, with two executors, each held to a core of its own, and then with one, and of
 * {@code ideal detect} on two cores: JPEG files are read, decoded, scored, and their results written. All processes have scored other images before, because
 * compilation by the JVM takes half a minute of each. For {@code benchmarks/spark.sh}. Arguments: a folder, the number of images,
 * their side in pixels, and the number of images before them.
 */
public final class ClusterBenchmark {
    /** Those of the launcher. */
    private static final List<String> JVM = List.of(
            "--add-modules",
            "jdk.incubator.vector",
            "-XX:ObjectAlignmentInBytes=64",
            "-XX:+UseSerialGC",
            "-XX:MaxNewSize=96m",
            "-Xmx900m");

    /** Those of docs/spark.md for one core. */
    private static final String EXECUTOR = "--add-modules jdk.incubator.vector -XX:ObjectAlignmentInBytes=64"
            + " -XX:ActiveProcessorCount=1 -Djava.util.concurrent.ForkJoinPool.common.parallelism=0";

    private static final int TASK = 8;
    private static final int DIFFERENT = 40;

    private final Path folder;
    private final Path first;
    private final Path images;
    private final Path fitted;
    private final int count;
    private final int before;

    private ClusterBenchmark(Path folder, int count, int side, int before) throws IOException, InterruptedException {
        this.folder = folder;
        this.count = count;
        this.before = before;
        images = Files.createDirectories(folder.resolve("images"));
        first = Files.createDirectories(folder.resolve("first"));
        for (int i = 0; i < DIFFERENT; i++) {
            Path file = folder.resolve(i + ".jpg");
            ImageIO.write(photograph(i, side), "jpg", file.toFile());
            for (int copy = i; copy < count; copy += DIFFERENT) {
                Files.copy(file, images.resolve(copy + ".jpg"));
            }
            for (int copy = i; copy < before; copy += DIFFERENT) {
                Files.copy(file, first.resolve(copy + ".jpg"));
            }
        }
        Path good = Files.createDirectories(folder.resolve("good"));
        for (int i = 0; i < 4; i++) {
            ImageIO.write(
                    photograph(-1 - i, side), "jpg", good.resolve(i + ".jpg").toFile());
        }
        fitted = folder.resolve("part.fitted");
        GeneratedImages.ideal("fit", "--normal", good.toString(), "--save", fitted.toString());
    }

    /** Stripes under noise, with a spot on each tenth image. */
    private static BufferedImage photograph(int number, int side) {
        SplittableRandom random = new SplittableRandom(number);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean spot = number % 10 == 0 && Math.hypot(x - side / 3.0, y - side / 2.0) < side / 20.0;
                int grey = 110 + (x / 16 % 2) * 30 + (spot ? 70 : 0) + random.nextInt(24);
                image.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        return image;
    }

    /** Seconds of {@code ideal detect} on all cores, from the first line after those of the first images to the last. */
    private double detect() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), IdealCommand.class.getName()));
        command.addAll(List.of("detect", "--fitted", fitted.toString(), "--backend", "cpu", "--format", "jsonl", "--"));
        command.addAll(List.of(first.toString(), images.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("detect.log").toFile())
                .start();
        int lines = 0;
        long start = 0;
        long end = 0;
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            while (out.readLine() != null) {
                lines++;
                end = System.nanoTime();
                start = lines == before ? end : start;
            }
        }
        if (lines != before + count) {
            throw new IllegalStateException(Files.readString(folder.resolve("detect.log")));
        }
        return (end - start) * 1e-9;
    }

    /** Seconds of a job, to the last result on the disk, on two executors, and then on the one that is left of them. */
    private double[] cluster() throws IOException, InterruptedException {
        try (Cluster cluster = Cluster.pinned(folder.resolve("cluster"), 2);
                SparkSession spark = cluster.session()
                        .config("spark.executor.memory", "900m")
                        .config("spark.executor.extraJavaOptions", EXECUTOR)
                        .getOrCreate()) {
            await(spark, 2);
            // As many for each executor as for the process of ideal detect.
            score(spark, first, before);
            score(spark, first, before);
            double two = seconds(spark);
            cluster.endWorker();
            await(spark, 1);
            return new double[] {two, seconds(spark)};
        }
    }

    private double seconds(SparkSession spark) {
        long start = System.nanoTime();
        score(spark, images, count);
        return (System.nanoTime() - start) * 1e-9;
    }

    private static void await(SparkSession spark, int executors) throws InterruptedException {
        while (spark.sparkContext().getExecutorMemoryStatus().size() != executors + 1) {
            Thread.sleep(10);
        }
    }

    private void score(SparkSession spark, Path files, int count) {
        List<String> paths = GeneratedImages.files(files, ".jpg").stream()
                .map(Path::toString)
                .toList();
        new IdealScorer()
                .setFitted(fitted.toString())
                .setInputCol("path")
                .transform(spark.createDataset(paths, Encoders.STRING())
                        .toDF("path")
                        .repartition(count / TASK))
                .write()
                .mode(SaveMode.Overwrite)
                .json(folder.resolve("out").toString());
    }

    /** Runs the benchmark, and prints times and ratios. */
    public static void main(String[] args) throws IOException, InterruptedException {
        int count = Integer.parseInt(args[1]);
        ClusterBenchmark benchmark =
                new ClusterBenchmark(Path.of(args[0]), count, Integer.parseInt(args[2]), Integer.parseInt(args[3]));
        double detect = benchmark.detect();
        double[] cluster = benchmark.cluster();
        System.out.printf(
                Locale.ROOT,
                "%d JPEG of %s pixels, after %s others: ideal detect %.2f s, two executors %.2f s, one executor %.2f s%n",
                count,
                args[2],
                args[3],
                detect,
                cluster[0],
                cluster[1]);
        System.out.printf(
                Locale.ROOT,
                "one executor / two executors: %.3f; two executors / ideal detect on all cores: %.3f; images a second and core: %.2f%n",
                cluster[1] / cluster[0],
                cluster[0] / detect,
                count / cluster[0] / 2);
    }
}
