package dev.ideal4j.spark;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The program that computes features on a cluster, for {@code spark-submit --class dev.ideal4j.spark.Features}. */
@Command(
        name = "spark-submit --class dev.ideal4j.spark.Features ideal4j-spark-all.jar",
        description = {
            "Compute the features of a frozen backbone into Parquet, for 'ideal train' or as a memory bank.",
            "The same command again leaves out the images that are there. With --cache, the features in --output become the "
                    + "folder that 'ideal train --cache' reads."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
public final class Features implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--input",
            arity = "1..*",
            paramLabel = "PATH",
            description = "Folders or globs of image files. Without it nothing is computed.")
    private List<String> input = List.of();

    @Option(
            names = "--output",
            required = true,
            paramLabel = "DIR",
            description = "The folder of the features, as Parquet.")
    private String output;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description =
                    "Write the features in --output into this folder, on the driver, for 'ideal train --cache DIR'.")
    private Path cache;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|FILE",
            description = "The backbone (default: ${DEFAULT-VALUE}). A file is read by the driver alone.")
    private String backbone = BuiltinBackbone.NAME;

    @Option(
            names = "--detector",
            paramLabel = "NAME",
            description = "The method to train, which says how the backbone is used (default: ${DEFAULT-VALUE}).")
    private String detector = "ideal";

    @Option(names = "--size", paramLabel = "PIXELS", description = "Side of the input, as of 'ideal train'.")
    private int size;

    @Option(names = "--heads", paramLabel = "N", description = "Attention heads, as of 'ideal train'.")
    private int heads;

    @Option(names = "--stages", split = ",", paramLabel = "NAME", description = "Stages, as of 'ideal train'.")
    private List<String> stages = List.of();

    @Option(
            names = "--images-per-task",
            paramLabel = "N",
            description = "Number of images of a partition (default: ${DEFAULT-VALUE}).")
    private int imagesPerTask = 1000;

    /** Runs the program. If it fails, ends the JVM with the exit code 1, or 2 for wrong usage. */
    public static void main(String[] args) {
        int code = run(args);
        if (code != 0) {
            System.exit(code);
        }
    }

    /** Runs the program and returns its exit code. */
    static int run(String... args) {
        return Programs.run(new Features(), args);
    }

    @Override
    public Integer call() {
        if (imagesPerTask < 1) {
            throw new ParameterException(spec.commandLine(), "--images-per-task: expected 1 or more");
        }
        if (input.isEmpty() && cache == null) {
            throw new ParameterException(spec.commandLine(), "nothing to do: --input, --cache or both are missing");
        }
        SparkSession spark = SparkSession.builder().appName("ideal4j features").getOrCreate();
        if (!input.isEmpty()) {
            PackedBackbone packed = new FeatureTable.Backbone(backbone, detector, size, heads, stages).packed();
            OutputFolder features =
                    OutputFolder.claim(output, OutputFolder.Format.PARQUET, "backbone " + packed.id(), spark);
            List<String> files = Bytes.images(input, spark.sparkContext().hadoopConfiguration());
            Dataset<Row> images = features.withoutThose(
                    spark.createDataset(files, Encoders.STRING()).toDF("path"));
            Dataset<Row> table = FeatureTable.of(OutputFolder.split(images, imagesPerTask), packed);
            spec.commandLine().getOut().println(features.write(table.withColumnRenamed("path", OutputFolder.NAME)));
        }
        if (cache != null) {
            long written = FeatureTable.toCache(spark.read().parquet(output), cache);
            spec.commandLine().getOut().println(written + " images in the cache " + cache);
        }
        return CommandLine.ExitCode.OK;
    }
}
