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
 * The folder of a program's results. The file of a task appears when the task ends. So a run that was stopped leaves the results of
 * the tasks that had ended, and the next run does not compute them again.
 */
final class OutputFolder {
    /** The column that names an image. */
    static final String NAME = "image";

    /** Under a name that readers of folders leave out. */
    private static final String SETTINGS = "_ideal4j";

    private final SparkSession spark;
    private final String folder;
    private final Format format;

    /** How results are written. */
    enum Format {
        /** Columns. */
        PARQUET,
        /** An object a line, without the values that are null. */
        JSONL
    }

    private OutputFolder(SparkSession spark, String folder, Format format) {
        this.spark = spark;
        this.folder = folder;
        this.format = format;
    }

    /**
     * Notes the settings of the results in a new folder, or checks those of the results that are there.
     *
     * @param settings all that results depend on
     * @throws InvalidInputException if the folder has something else, or the results of other settings
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
            throw new FileAccessException(Path.of(output), e);
        }
        return new OutputFolder(spark, output, format);
    }

    /** Images, without those whose results are there. */
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

    /** Images in partitions of at most about so many, and as many partitions as there are cores. */
    static Dataset<Row> split(Dataset<Row> images, int imagesPerTask) {
        long count = images.count();
        long cores = Math.min(count, images.sparkSession().sparkContext().defaultParallelism());
        return images.repartition((int) Math.max(1, Math.max(cores, (count + imagesPerTask - 1) / imagesPerTask)));
    }

    /**
     * Computes results and writes them.
     *
     * @param results with a column {@value #NAME} and a column error
     * @return how many there are, in words
     */
    String write(Dataset<Row> results) {
        Observation counts = new Observation();
        DataFrameWriter<Row> writer = results.observe(
                        counts, count(lit(1)).as("images"), count(col("error")).as("errors"))
                .write()
                .mode(SaveMode.Append)
                // A task's file is in the output when the task ends, and not when the job does.
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
