package dev.ideal4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.WorkInterruptedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The folder of a program's results. The file of a task appears in it when the task ends. Therefore a stopped run leaves the
 * results of the tasks that had ended, and the next run does not compute them again.
 */
final class OutputFolder {
    /** Name of the column that identifies an image. */
    static final String NAME = "image";

    /** Name of the file of settings. Programs that read folders ignore names that begin with an underscore. */
    private static final String SETTINGS = "_ideal4j";

    private final SparkSession spark;
    private final String folder;
    private final Format format;

    /** Formats of results. */
    enum Format {
        /** Parquet files. */
        PARQUET,
        /** JSON Lines: one object per line, without null values. */
        JSONL
    }

    private OutputFolder(SparkSession spark, String folder, Format format) {
        this.spark = spark;
        this.folder = folder;
        this.format = format;
    }

    /**
     * Writes the settings of the results into a new folder, or checks the settings of an existing folder.
     *
     * @param settings all settings that affect the results
     * @throws InvalidInputException if the folder has other files, or results with other settings
     */
    static OutputFolder claim(String output, Format format, String settings, SparkSession spark) {
        String all = "format " + format.name().toLowerCase(Locale.ROOT) + ", " + settings;
        Configuration hadoop = spark.sparkContext().hadoopConfiguration();
        org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(output);
        org.apache.hadoop.fs.Path note = new org.apache.hadoop.fs.Path(folder, SETTINGS);
        try {
            FileSystem files = folder.getFileSystem(hadoop);
            if (files.exists(note)) {
                String before = new String(Bytes.of(note.toString(), hadoop), StandardCharsets.UTF_8);
                if (!before.equals(all)) {
                    throw new InvalidInputException("--output " + output, "results of " + before, all);
                }
            } else if (files.exists(folder) && files.listStatus(folder).length > 0) {
                throw new InvalidInputException("--output " + output, "files of something else", "a new folder");
            } else {
                try (OutputStream out = files.create(note, false)) {
                    out.write(all.getBytes(StandardCharsets.UTF_8));
                }
            }
            files.delete(new org.apache.hadoop.fs.Path(folder, "_SUCCESS"), false);
        } catch (IOException e) {
            throw FileAccessException.of(Path.of(output), e);
        }
        return new OutputFolder(spark, output, format);
    }

    /** The images that have no result in the folder yet. */
    Dataset<Row> withoutThose(Dataset<Row> images) {
        String suffix = format == Format.PARQUET ? ".parquet" : ".json";
        if (Bytes.list(folder, suffix, spark.sparkContext().hadoopConfiguration())
                .isEmpty()) {
            return images;
        }
        StructType names = new StructType().add(NAME, DataTypes.StringType);
        Dataset<Row> done = format == Format.PARQUET
                ? spark.read().schema(names).parquet(folder)
                : spark.read().schema(names).json(folder);
        return images.join(done, images.col("path").equalTo(done.col(NAME)), "left_anti");
    }

    /** Divides images into partitions of about {@code imagesPerTask} images at most, and at least one partition per core. */
    static Dataset<Row> split(Dataset<Row> images, int imagesPerTask) {
        long count = images.count();
        long cores = Math.min(count, images.sparkSession().sparkContext().defaultParallelism());
        return images.repartition((int) Math.max(1, Math.max(cores, (count + imagesPerTask - 1) / imagesPerTask)));
    }

    /**
     * Computes results and writes them.
     *
     * @param results table with a column {@value #NAME} and a column {@code error}
     * @return the number of images and of errors, as a sentence
     */
    String write(Dataset<Row> results) {
        Observation counts = new Observation();
        DataFrameWriter<Row> writer = results.observe(
                        counts, count(lit(1)).as("images"), count(col("error")).as("errors"))
                .write()
                .mode(SaveMode.Append)
                // A task's file appears in the output when the task ends, not when the job ends.
                .option("mapreduce.fileoutputcommitter.algorithm.version", "2");
        if (format == Format.PARQUET) {
            writer.parquet(folder);
        } else {
            writer.json(folder);
        }
        Map<String, Object> found;
        try {
            found = counts.getAsJava();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkInterruptedException("interrupted: the thread was told to end its work", e);
        }
        return found.get("images") + " images, of which " + found.get("errors") + " are errors; " + folder;
    }
}
