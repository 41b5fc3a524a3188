package dev.ideal4j.spark;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.NpyMap;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.metrics.Aupimo;
import dev.ideal4j.eval.metrics.ScoreSketch;
import dev.ideal4j.eval.metrics.ScoreSketch.Estimate;
import java.io.Serializable;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Localisation metrics of maps that are distributed over a cluster. Executors compute counts, and the counts are merged, so
 * no map leaves its partition. AUROC, average precision and PRO come from {@link ScoreSketch} and have error bounds. AUPIMO
 * is exact.
 *
 * @param auroc area under the receiver operating characteristic of all pixels
 * @param averagePrecision average precision of all pixels
 * @param pro30 per-region overlap up to a false-positive rate of 0.3
 * @param pro05 per-region overlap up to a false-positive rate of 0.05
 * @param aupimo AUPIMO, mean over the defective images; NaN without good images or without defective ones, or if the good
 *     images have too few pixels of different scores
 * @param good number of good images
 * @param defective number of images whose masks mark a pixel at the size of the map
 */
public record MapMetrics(
        Estimate auroc,
        Estimate averagePrecision,
        Estimate pro30,
        Estimate pro05,
        double aupimo,
        long good,
        long defective) {
    /** Depth of the trees by which counts are merged. */
    private static final int DEPTH = 2;

    /** The counts of the first pass over the maps. */
    private static final class Counted implements Serializable {
        private static final long serialVersionUID = 1;

        private final ScoreSketch pixels = new ScoreSketch();
        private final Aupimo.Range range = new Aupimo.Range();
        private long good;
        private long defective;

        Counted add(Truth truth) {
            pixels.add(truth.map, truth.mask);
            range.extend(truth.map, truth.mask);
            good += truth.mask.isEmpty() ? 1 : 0;
            defective += truth.mask.isEmpty() ? 0 : 1;
            return this;
        }

        Counted merge(Counted other) {
            pixels.merge(other.pixels);
            range.merge(other.range);
            good += other.good;
            defective += other.defective;
            return this;
        }
    }

    /** A map and its mask. */
    private record Truth(ScoreMap map, Mask mask) {
        static Truth of(Row row) {
            ScoreMap map = NpyMap.read((byte[]) row.get(0));
            Mask mask = row.isNullAt(1)
                    ? new Mask(map.width(), map.height(), new boolean[map.values().length])
                    : MaskReader.read((byte[]) row.get(1), "mask").resize(map.width(), map.height());
            return new Truth(map, mask);
        }
    }

    /**
     * Computes the metrics of maps. The maps are read three times. Call {@code persist} if they are expensive to compute.
     *
     * @param maps one row for each scored image
     * @param map name of the column of maps, as {@code IdealScorer.setMapFormat("npy")} gives them; rows with null are left
     *     out
     * @param mask name of the column of masks (binary, encoded images of any size, whose pixels above black are defects);
     *     null for a good image
     */
    public static MapMetrics of(Dataset<Row> maps, String map, String mask) {
        JavaSparkContext spark =
                JavaSparkContext.fromSparkContext(maps.sparkSession().sparkContext());
        JavaRDD<Row> rows =
                maps.select(map, mask).where(maps.col(map).isNotNull()).javaRDD();
        Counted counted =
                rows.treeAggregate(new Counted(), (sum, row) -> sum.add(Truth.of(row)), Counted::merge, DEPTH);
        ScoreSketch pixels = counted.pixels;
        return new MapMetrics(
                pixels.auroc(),
                pixels.averagePrecision(),
                pixels.pro(0.3),
                pixels.pro(0.05),
                aupimo(rows, counted.range, spark),
                counted.good,
                counted.defective);
    }

    private static double aupimo(JavaRDD<Row> rows, Aupimo.Range range, JavaSparkContext spark) {
        Aupimo.Settings settings = Aupimo.Settings.PUBLISHED;
        Aupimo.Rates rates;
        try {
            Function2<Aupimo.Counts, Row, Aupimo.Counts> add = (sum, row) -> {
                Truth truth = Truth.of(row);
                sum.add(truth.map, truth.mask);
                return sum;
            };
            Function2<Aupimo.Counts, Aupimo.Counts, Aupimo.Counts> merge = (sum, other) -> {
                sum.merge(other);
                return sum;
            };
            rates = new Aupimo.Rates(
                    rows.treeAggregate(new Aupimo.Counts(range, settings), add, merge, DEPTH), settings);
        } catch (InvalidInputException e) {
            return Double.NaN;
        }
        Broadcast<Aupimo.Rates> shared = spark.broadcast(rates);
        return rows.map(Truth::of)
                .filter(truth -> !truth.mask.isEmpty())
                .mapToDouble(truth -> shared.value().score(truth.map, truth.mask))
                .mean();
    }
}
