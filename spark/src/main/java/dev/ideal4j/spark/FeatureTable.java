package dev.ideal4j.spark;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Features of a frozen backbone, computed by executors: a table with one row for each image. Its columns:
 *
 * <ul>
 *   <li>{@code path}: path of the image; {@code key}: SHA-256 of its file; {@code imageKey}: key of its pixels
 *   <li>{@code fingerprint}: fingerprint of the backbone; {@code patches}, {@code width}: size of the features
 *   <li>{@code features}: little-endian float32, patches row by row, with the bits that the backbone gives, in the form that
 *       {@link PartitionedNeighbours} reads
 *   <li>{@code error}: the reason why the image could not be read; all other columns but {@code path} are then null
 * </ul>
 *
 * <p>{@link #toCache} converts the table into the folder that {@code ideal train --cache} reads.
 */
public final class FeatureTable {
    private static final StructType COLUMNS = new StructType()
            .add("path", DataTypes.StringType)
            .add("key", DataTypes.StringType)
            .add("imageKey", DataTypes.StringType)
            .add("fingerprint", DataTypes.StringType)
            .add("patches", DataTypes.IntegerType)
            .add("width", DataTypes.IntegerType)
            .add("features", DataTypes.BinaryType)
            .add("error", DataTypes.StringType);

    private FeatureTable() {}

    /**
     * A backbone, chosen by the options of {@code ideal train}.
     *
     * @param name {@code builtin}, a file of weights on the driver, or another value of {@code --backbone}
     * @param method method whose input size and layers are used, for example {@code ideal}
     * @param size side of the input in pixels, or 0 for the method's default
     * @param heads attention heads, or 0 for the default
     * @param stages stages of a convolutional network; empty for the default
     */
    public record Backbone(String name, String method, int size, int heads, List<String> stages) {
        PackedBackbone packed() {
            return PackedBackbone.of(name, method, Map.of(), new BackboneLoader.Input(size, heads, stages));
        }
    }

    /**
     * Computes the features of images.
     *
     * @param images table with a column {@code path} (string)
     * @throws InvalidInputException if there is no such backbone or method
     */
    public static Dataset<Row> of(Dataset<Row> images, Backbone backbone) {
        return of(images, backbone.packed());
    }

    static Dataset<Row> of(Dataset<Row> images, PackedBackbone backbone) {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(images.sparkSession().sparkContext());
        Computing computing = new Computing(
                Shipped.Backbone.of(backbone, spark),
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
        return images.select("path").mapPartitions(computing, Encoders.row(COLUMNS));
    }

    /** Computes the features of a partition, image by image. */
    private record Computing(Shipped.Backbone backbone, Broadcast<SerializableConfiguration> hadoop)
            implements MapPartitionsFunction<Row, Row> {
        @Override
        public Iterator<Row> call(Iterator<Row> rows) {
            FeatureExtractor extractor = OncePerJvm.backbone(backbone);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return rows.hasNext();
                }

                @Override
                public Row next() {
                    return row(rows.next().getString(0), extractor);
                }
            };
        }

        private Row row(String path, FeatureExtractor extractor) {
            try (Scope scope = extractor.backend().scope()) {
                byte[] file = Bytes.of(path, hadoop.value().value());
                RgbImage image = ImageReader.read(file, path);
                float[] values = extractor.features(List.of(image), scope).toArray();
                ByteBuffer bytes =
                        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer().put(values);
                return RowFactory.create(
                        path,
                        Fingerprint.of(file),
                        StoredFeatures.key(image),
                        extractor.fingerprint(),
                        extractor.patches(),
                        extractor.width(),
                        bytes.array(),
                        null);
            } catch (Ideal4jException e) {
                ScorePartition.requireImageFault(e);
                return RowFactory.create(path, null, null, null, null, null, null, e.getMessage());
            }
        }
    }

    /**
     * Writes features into a folder, so that {@code ideal train --cache} reads them and does not compute them again. The
     * driver writes them, with one partition in memory at a time. Rows with an error are left out.
     *
     * <p>An image has two names in the folder: the key of its file for the training, and the key of its pixels for the
     * validation. The two names are links to one file if the folder's file system has hard links.
     *
     * @param features table that {@link #of} computed
     * @param folder created if it is missing; may contain features of other images and backbones
     * @return number of images
     * @throws FileAccessException if the folder cannot be written
     * @throws WorkInterruptedException if the thread is interrupted
     */
    public static long toCache(Dataset<Row> features, Path folder) {
        Iterator<Row> rows = features.where("features is not null")
                .select("fingerprint", "key", "imageKey", "features")
                .toLocalIterator();
        long written = 0;
        for (; rows.hasNext(); written++) {
            Row row = rows.next();
            Path of = folder.resolve(row.getString(0));
            Path file = of.resolve(row.getString(1) + ".f32");
            Path pixels = of.resolve(row.getString(2) + ".f32");
            byte[] values = (byte[]) row.get(3);
            try {
                Files.createDirectories(of);
                AtomicFile.write(file, out -> out.write(values));
                Files.deleteIfExists(pixels);
                Files.createLink(pixels, file);
            } catch (UnsupportedOperationException e) {
                AtomicFile.write(pixels, out -> out.write(values));
            } catch (IOException e) {
                throw FileAccessException.of(of, e);
            }
        }
        return written;
    }
}
