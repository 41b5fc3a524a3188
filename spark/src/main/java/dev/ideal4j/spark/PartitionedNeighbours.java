package dev.ideal4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.isnan;
import static org.apache.spark.sql.functions.row_number;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Nearest neighbours by cosine in a memory bank that is distributed over a cluster. The queries are broadcast. Each
 * partition of the bank finds its k nearest rows for each query. These are merged, so that k rows per query and partition
 * are shuffled.
 *
 * <p>The result equals that of one machine, bit for bit and for any partitions: cosines are computed in float64 and rounded
 * once, as in the reference backend. Results are ordered by descending cosine, then by ascending index. NaN comes last.
 */
public final class PartitionedNeighbours {
    /** The columns of the neighbours that a partition finds. */
    static final StructType FOUND = new StructType()
            .add("query", DataTypes.IntegerType, false)
            .add("index", DataTypes.LongType, false)
            .add("similarity", DataTypes.FloatType, false);

    private PartitionedNeighbours() {}

    /**
     * Finds the k most similar rows of a bank for each query.
     *
     * @param bank columns {@code index} (bigint) and {@code features} (binary). The features are one or more consecutive
     *     rows of little-endian float32, and {@code index} is the index of the first of these rows. No two rows may have the
     *     same index.
     * @param queries {@code (q, width)}, row by row; not modified
     * @param width width of a row
     * @param k number of rows per query; all rows if the bank has fewer
     * @return columns query (from 0), rank (from 1), index and similarity, ordered by query and rank
     * @throws InvalidInputException if the queries are not rows of this width, {@code k} is below 1, or the bank lacks a
     *     column
     */
    public static Dataset<Row> topK(Dataset<Row> bank, float[] queries, int width, int k) {
        if (width < 1 || queries.length == 0 || queries.length % width != 0) {
            throw new InvalidInputException("queries", queries.length + " values", "rows of " + width);
        }
        if (k < 1) {
            throw new InvalidInputException("k", Integer.toString(k), "1 or more");
        }
        require(bank, "index", DataTypes.LongType);
        require(bank, "features", DataTypes.BinaryType);
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(bank.sparkSession().sparkContext());
        Broadcast<float[]> shared = spark.broadcast(queries.clone());
        Column[] order = {isnan(col("similarity")), col("similarity").desc(), col("index")};
        return bank.select("index", "features")
                .mapPartitions(new NeighboursOfPartition(shared, width, k), Encoders.row(FOUND))
                .withColumn(
                        "rank", row_number().over(Window.partitionBy("query").orderBy(order)))
                .where(col("rank").leq(k))
                .select("query", "rank", "index", "similarity")
                .orderBy("query", "rank");
    }

    private static void require(Dataset<Row> bank, String column, DataType type) {
        boolean there = Arrays.asList(bank.schema().fieldNames()).contains(column)
                && bank.schema().apply(column).dataType().equals(type);
        if (!there) {
            throw new InvalidInputException(
                    "bank", bank.schema().simpleString(), "a column " + column + " of " + type.simpleString());
        }
    }
}
