package dev.ideal4j.spark;

import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.NpyMap;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.eval.results.FoundRegion;
import dev.ideal4j.eval.results.ImageScore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The columns of a result: the names and values of {@code ideal detect --format jsonl}, an optional map, and an error. */
record ResultColumns(MapFormat map) {
    private static final ArrayType INTS = DataTypes.createArrayType(DataTypes.IntegerType, false);

    private static final StructType REGION = new StructType()
            .add("area", DataTypes.IntegerType, false)
            .add("areaPercent", DataTypes.DoubleType, false)
            .add("box", INTS, false)
            .add("centroid", DataTypes.createArrayType(DataTypes.DoubleType, false), false)
            .add("peak", INTS, false)
            .add("max", DataTypes.FloatType, false)
            .add("mean", DataTypes.DoubleType, false)
            .add("outline", DataTypes.createArrayType(INTS, false), false);

    /** Formats of the map column. */
    enum MapFormat {
        /** There is no map column. */
        NONE,
        /** 16-bit grey PNG. Black to white is 0 to 1, extended to the map's lowest and highest score if these are outside. */
        PNG,
        /** NumPy float32 with the scores unchanged. */
        NPY
    }

    /** The columns. All are nullable, because a row has either an error or a result. */
    StructType schema() {
        StructType columns = new StructType()
                .add("verdict", DataTypes.StringType)
                .add("score", DataTypes.FloatType)
                .add("calibratedScore", DataTypes.DoubleType)
                .add("peakScore", DataTypes.FloatType)
                .add("peakX", DataTypes.IntegerType)
                .add("peakY", DataTypes.IntegerType)
                .add("width", DataTypes.IntegerType)
                .add("height", DataTypes.IntegerType)
                .add("regions", (DataType) DataTypes.createArrayType(REGION, false));
        return (map == MapFormat.NONE ? columns : columns.add("map", DataTypes.BinaryType))
                .add("error", DataTypes.StringType);
    }

    /** The values of a scored image, in the order of the columns. */
    Object[] values(RgbImage image, Anomaly anomaly, int leastArea) {
        List<Region> regions = anomaly.rule() == null
                ? List.of()
                : anomaly.regions(anomaly.heat().resize(image.width(), image.height()), leastArea);
        ImageScore found = ImageScore.of("", image.width(), image.height(), anomaly, regions);
        Object[] values = empty();
        values[0] = found.verdict().name();
        values[1] = found.score();
        values[2] = found.calibratedScore();
        values[3] = found.peakScore();
        values[4] = found.peakX();
        values[5] = found.peakY();
        values[6] = found.width();
        values[7] = found.height();
        values[8] = found.regions() == null
                ? null
                : found.regions().stream().map(ResultColumns::row).toArray(Row[]::new);
        if (map != MapFormat.NONE) {
            values[9] = bytes(anomaly.map());
        }
        return values;
    }

    /** The values of an image without result, in the order of the columns. */
    Object[] values(String error) {
        Object[] values = empty();
        values[values.length - 1] = error;
        return values;
    }

    private Object[] empty() {
        return new Object[map == MapFormat.NONE ? 10 : 11];
    }

    private static Row row(FoundRegion region) {
        return RowFactory.create(
                region.area(),
                region.areaPercent(),
                boxed(region.box()),
                Arrays.stream(region.centroid()).boxed().toArray(Double[]::new),
                boxed(region.peak()),
                region.max(),
                region.mean(),
                region.outline().stream().map(ResultColumns::boxed).toArray(Integer[][]::new));
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    private byte[] bytes(ScoreMap scores) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            if (map == MapFormat.PNG) {
                ImageWriter.writePng(scores, Math.min(0, scores.min()), Math.max(1, scores.max()), out);
            } else {
                NpyMap.write(scores, out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
