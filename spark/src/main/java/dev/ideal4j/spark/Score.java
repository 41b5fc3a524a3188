package dev.ideal4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.element_at;
import static org.apache.spark.sql.functions.split;

import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The program that scores images on a cluster, for {@code spark-submit --class dev.ideal4j.spark.Score}. */
@Command(
        name = "spark-submit --class dev.ideal4j.spark.Score ideal4j-spark-all.jar",
        description = {
            "Score images by a fitted detector. The columns and their values are those of 'ideal detect --format jsonl'; an image "
                    + "that cannot be scored is a row with an error.",
            "A partition is in the output when its task has ended. The same command again leaves out the images that are there: "
                    + "that continues a run that was stopped."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Score implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--fitted",
            required = true,
            paramLabel = "FILE|DIR",
            description =
                    "The detector that 'ideal fit' saved. Or a folder of files PRODUCT.fitted: the product of an image is the "
                            + "name of its folder, or its value in the column 'product' of Parquet.")
    private String fitted;

    @Option(
            names = "--input",
            required = true,
            arity = "1..*",
            paramLabel = "PATH",
            description = "The images: what --input-format says.")
    private List<String> input;

    @Option(
            names = "--input-format",
            paramLabel = "FORMAT",
            description =
                    "images (default): folders or globs of image files. paths: text files with a path a line. parquet: "
                            + "tables with the columns 'path' and 'content'.")
    private InputFormat inputFormat = InputFormat.IMAGES;

    @Option(names = "--output", required = true, paramLabel = "DIR", description = "The folder for the results.")
    private String output;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "Format of the results: parquet (default) or jsonl, an object a line.")
    private OutputFolder.Format format = OutputFolder.Format.PARQUET;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|FILE",
            description =
                    "The backbone, in place of the one that 'ideal fit' noted. A file is read by the driver alone.")
    private String backbone = "";

    @Option(
            names = "--maps",
            paramLabel = "KIND",
            description = "A column 'map' with the raw map: none (default), png (16-bit) or npy (float32).")
    private String maps = "none";

    @Option(
            names = "--least-area",
            paramLabel = "PIXELS",
            description = "Leave out regions of fewer pixels (default: ${DEFAULT-VALUE}).")
    private int leastArea = 1;

    @Option(
            names = "--batch-size",
            paramLabel = "N",
            description =
                    "Number of images scored at once, at most (default: ${DEFAULT-VALUE}). Results do not depend on it.")
    private int batchSize = 4;

    @Option(
            names = "--images-per-task",
            paramLabel = "N",
            description =
                    "Number of images of a partition (default: ${DEFAULT-VALUE}). It is what a stopped run loses in each "
                            + "task. Tables of Parquet have the partitions in which Spark reads them.")
    private int imagesPerTask = 1000;

    private enum InputFormat {
        IMAGES,
        PATHS,
        PARQUET
    }

    /** Runs the program. If it fails, ends the JVM with the exit code 1, or 2 for wrong usage. */
    public static void main(String[] args) {
        int code = run(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs the program and returns its exit code. */
    static int run(String... args) {
        return Programs.run(new Score(), args);
    }

    @Override
    public Integer call() {
        if (imagesPerTask < 1 || leastArea < 1 || batchSize < 1) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--images-per-task, --least-area and --batch-size: expected 1 or more");
        }
        SparkSession spark = SparkSession.builder().appName("ideal4j score").getOrCreate();
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        boolean several = Bytes.isFolder(fitted, hadoop);
        IdealScorer scorer = new IdealScorer()
                .setFitted(fitted)
                .setBackbone(backbone)
                .setInputCol(inputFormat == InputFormat.PARQUET ? "content" : "path")
                .setProductCol(several ? "product" : "")
                .setMapFormat(maps)
                .setBatchSize(batchSize)
                .setLeastArea(leastArea);
        TreeMap<String, Shipped> detectors = scorer.ship(spark);
        OutputFolder results = OutputFolder.claim(
                output,
                format,
                "maps " + maps + ", least area " + leastArea + ", detector "
                        + Bytes.sha256(
                                detectors.values().stream().map(Shipped::id).toArray()),
                spark);
        Dataset<Row> images = results.withoutThose(images(spark, several));
        if (inputFormat != InputFormat.PARQUET) {
            images = OutputFolder.split(images, imagesPerTask);
        }
        Dataset<Row> scored =
                scorer.transform(images, detectors).drop("content").withColumnRenamed("path", OutputFolder.NAME);
        spec.commandLine().getOut().println(results.write(scored));
        return CommandLine.ExitCode.OK;
    }

    /** The images: columns {@code path}, {@code content} with Parquet input, and {@code product} if {@code several}. */
    private Dataset<Row> images(SparkSession spark, boolean several) {
        String[] paths = input.toArray(String[]::new);
        if (inputFormat == InputFormat.PARQUET) {
            Dataset<Row> table = spark.read().parquet(paths);
            return several ? table.select("path", "content", "product") : table.select("path", "content");
        }
        Dataset<Row> files;
        if (inputFormat == InputFormat.PATHS) {
            files = spark.read().text(paths).toDF("path").where("length(path) > 0");
        } else {
            files = spark.createDataset(
                            Bytes.images(input, spark.sparkContext().hadoopConfiguration()), Encoders.STRING())
                    .toDF("path");
        }
        return several ? files.withColumn("product", element_at(split(col("path"), "/"), -2)) : files;
    }
}
