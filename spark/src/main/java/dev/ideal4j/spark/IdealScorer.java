package dev.ideal4j.spark;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.util.DefaultParamsReader;
import org.apache.spark.ml.util.DefaultParamsWritable;
import org.apache.spark.ml.util.Identifiable;
import org.apache.spark.ml.util.MLReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Scores images by a fitted detector. The input is a column of encoded images, as from Spark's {@code binaryFile} source, or
 * of paths. The output columns have the same values as {@code ideal detect --format jsonl}, bit for bit:
 *
 * <ul>
 *   <li>{@code verdict}: {@code GOOD}, {@code ANOMALOUS}, or {@code UNKNOWN} without calibration
 *   <li>{@code score}: image score, higher is more anomalous; {@code calibratedScore}: 0 to 1, ½ at the threshold
 *   <li>{@code peakScore}, {@code peakX}, {@code peakY}: the highest value of the map and its position in the image
 *   <li>{@code width}, {@code height}: size of the image; {@code regions}: regions above the pixel threshold
 *   <li>{@code map}: the map at the size of the network's input, if {@code mapFormat} is not {@code none}
 *   <li>{@code error}: the reason why the image could not be scored; all other columns are then null
 * </ul>
 *
 * <p>The values of a row do not depend on other rows. The driver reads the fitted detector and its backbone and broadcasts
 * them. Each executor loads them once. Each task computes in {@code spark.task.cpus} threads.
 */
public final class IdealScorer extends Transformer implements DefaultParamsWritable {
    private static final long serialVersionUID = 1;

    private final String uid;
    private final Param<String> fitted;
    private final Param<String> backbone;
    private final Param<String> inputCol;
    private final Param<String> productCol;
    private final Param<String> mapFormat;
    private final IntParam batchSize;
    private final IntParam leastArea;

    /** Creates a scorer without a detector; see {@link #setFitted}. */
    public IdealScorer() {
        this(Identifiable.randomUID("idealScorer"));
    }

    /** As {@link #IdealScorer()}, with a given identifier. */
    public IdealScorer(String uid) {
        this.uid = uid;
        fitted = new Param<>(this, "fitted", "file of a fitted detector, or folder of PRODUCT.fitted");
        backbone = new Param<>(this, "backbone", "name or file of the backbone; empty for the one that the fit noted");
        inputCol = new Param<>(this, "inputCol", "column of encoded images or of paths");
        productCol = new Param<>(this, "productCol", "column of products; empty if there is one");
        mapFormat = new Param<>(this, "mapFormat", "format of the column map: none, png or npy");
        batchSize = new IntParam(this, "batchSize", "most images that are scored at once", ParamValidators.gtEq(1));
        leastArea = new IntParam(this, "leastArea", "regions of fewer pixels are left out", ParamValidators.gtEq(1));
        setDefault(backbone, "");
        setDefault(inputCol, "content");
        setDefault(productCol, "");
        setDefault(mapFormat, "none");
        setDefault(batchSize, 4);
        setDefault(leastArea, 1);
    }

    /** The reader of scorers that {@code write} wrote. Spark calls this method. */
    public static MLReader<IdealScorer> read() {
        return new DefaultParamsReader<>();
    }

    /** Reads a scorer from a folder that {@code write} wrote. */
    public static IdealScorer load(String path) {
        return read().load(path);
    }

    @Override
    public String uid() {
        return uid;
    }

    /** The parameter of {@link #setFitted}. */
    public Param<String> fitted() {
        return fitted;
    }

    /** The parameter of {@link #setBackbone}. */
    public Param<String> backbone() {
        return backbone;
    }

    /** The parameter of {@link #setInputCol}. */
    public Param<String> inputCol() {
        return inputCol;
    }

    /** The parameter of {@link #setProductCol}. */
    public Param<String> productCol() {
        return productCol;
    }

    /** The parameter of {@link #setMapFormat}. */
    public Param<String> mapFormat() {
        return mapFormat;
    }

    /** The parameter of {@link #setBatchSize}. */
    public IntParam batchSize() {
        return batchSize;
    }

    /** The parameter of {@link #setLeastArea}. */
    public IntParam leastArea() {
        return leastArea;
    }

    /**
     * Sets the file of the fitted detector.
     *
     * @param path path of a file that {@code ideal fit} saved or, with {@link #setProductCol}, of a folder of files {@code
     *     PRODUCT.fitted}. The driver reads it when the scorer is applied, also from Hadoop's file systems.
     */
    public IdealScorer setFitted(String path) {
        set(fitted, path);
        return this;
    }

    /**
     * Sets the name of the backbone, or the file of its weights on the driver. Without this, the scorer uses the backbone
     * that {@code ideal fit} noted.
     */
    public IdealScorer setBackbone(String name) {
        set(backbone, name);
        return this;
    }

    /** Sets the column of encoded images (binary) or of paths (string); the default is {@code content}. */
    public IdealScorer setInputCol(String column) {
        set(inputCol, column);
        return this;
    }

    /** Sets the column of the product whose detector scores an image; there is none by default. */
    public IdealScorer setProductCol(String column) {
        set(productCol, column);
        return this;
    }

    /**
     * Sets the format of the column {@code map}: {@code none} (the default), {@code png} (16-bit grey as with {@code ideal
     * detect --maps png}) or {@code npy} (float32).
     */
    public IdealScorer setMapFormat(String format) {
        set(mapFormat, format);
        return this;
    }

    /** Sets the largest number of images that are scored at once; the default is 4. Results do not depend on it. */
    public IdealScorer setBatchSize(int images) {
        set(batchSize, images);
        return this;
    }

    /** Sets the least area of a region in pixels; smaller regions are left out. The default is 1. */
    public IdealScorer setLeastArea(int pixels) {
        set(leastArea, pixels);
        return this;
    }

    @Override
    public StructType transformSchema(StructType schema) {
        DataType type = column(schema, value(inputCol)).dataType();
        if (!type.equals(DataTypes.BinaryType) && !type.equals(DataTypes.StringType)) {
            throw new InvalidInputException(
                    "column " + value(inputCol), type.simpleString(), "binary (images) or string (paths)");
        }
        if (!value(productCol).isEmpty()) {
            column(schema, value(productCol));
        }
        for (StructField result : new ResultColumns(format()).schema().fields()) {
            if (Arrays.asList(schema.fieldNames()).contains(result.name())) {
                throw new InvalidInputException(
                        "column " + result.name(), "it is there already", "it is a result's name");
            }
            schema = schema.add(result);
        }
        return schema;
    }

    private static StructField column(StructType schema, String name) {
        if (!Arrays.asList(schema.fieldNames()).contains(name)) {
            throw new InvalidInputException(
                    "column " + name, "no such column", "one of " + String.join(", ", schema.fieldNames()));
        }
        return schema.apply(name);
    }

    /**
     * Appends the columns of results.
     *
     * @throws InvalidInputException if a column is missing or has a wrong type, or the backbone is missing
     * @throws dev.ideal4j.core.Ideal4jException if the fitted detector cannot be read
     */
    @Override
    public Dataset<Row> transform(Dataset<?> images) {
        transformSchema(images.schema());
        return transform(images, ship(images.sparkSession()));
    }

    /** Reads and broadcasts the fitted detectors, by product. */
    TreeMap<String, Shipped> ship(SparkSession spark) {
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
        return Shipped.of(value(fitted), !value(productCol).isEmpty(), value(backbone), context);
    }

    /** As {@link #transform(Dataset)}, with detectors that {@link #ship} has broadcast. */
    Dataset<Row> transform(Dataset<?> images, TreeMap<String, Shipped> detectors) {
        StructType schema = images.schema();
        StructType results = transformSchema(schema);
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(images.sparkSession().sparkContext());
        String product = value(productCol);
        boolean paths = schema.apply(value(inputCol)).dataType().equals(DataTypes.StringType);
        int input = schema.fieldIndex(value(inputCol));
        boolean named = Arrays.asList(schema.fieldNames()).contains("path")
                && schema.apply("path").dataType().equals(DataTypes.StringType);
        ScorePartition scoring = new ScorePartition(
                detectors,
                input,
                paths ? input : named ? schema.fieldIndex("path") : -1,
                product.isEmpty() ? -1 : schema.fieldIndex(product),
                (Integer) getOrDefault(batchSize),
                (Integer) getOrDefault(leastArea),
                format(),
                spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration())));
        return images.toDF().mapPartitions(scoring, Encoders.row(results));
    }

    private String value(Param<String> param) {
        if (!isSet(param) && !hasDefault(param)) {
            throw new InvalidInputException(param.name(), "nothing", param.doc());
        }
        return getOrDefault(param);
    }

    private ResultColumns.MapFormat format() {
        String name = value(mapFormat);
        return Arrays.stream(ResultColumns.MapFormat.values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("mapFormat", name, "none, png or npy"));
    }

    @Override
    public IdealScorer copy(ParamMap extra) {
        return defaultCopy(extra);
    }
}
