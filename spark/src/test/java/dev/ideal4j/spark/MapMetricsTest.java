package dev.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.NpyMap;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.metrics.Aupimo;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.ScoreSketch.Estimate;
import dev.ideal4j.eval.metrics.ScoredMaps;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapMetricsTest {
    private static final int SIDE = 160;
    private static final StructType COLUMNS =
            new StructType().add("map", DataTypes.BinaryType).add("mask", DataTypes.BinaryType);

    private static SparkSession spark;

    @TempDir
    private Path folder;

    private final List<ScoreMap> maps = new ArrayList<>();
    private final List<Mask> masks = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    /** Makes a map, and a mask of twice its size if it has a defect. */
    private void add(SplittableRandom random, boolean defective) throws IOException {
        float[] values = new float[SIDE * SIDE];
        boolean[] large = new boolean[4 * SIDE * SIDE];
        int left = random.nextInt(SIDE);
        for (int i = 0; defective && i < large.length; i++) {
            int x = i % (2 * SIDE);
            int y = i / (2 * SIDE);
            large[i] = x >= left && x < left + 40 && y >= 30 && y < 70 || x < 9 && y > 300;
        }
        Mask mask = new Mask(2 * SIDE, 2 * SIDE, large);
        Mask small = mask.resize(SIDE, SIDE);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() * random.nextDouble() + (small.pixels()[i] ? 0.5 : 0));
        }
        ScoreMap map = new ScoreMap(SIDE, SIDE, values);
        maps.add(map);
        masks.add(small);
        ByteArrayOutputStream npy = new ByteArrayOutputStream();
        NpyMap.write(map, npy);
        Path png = folder.resolve("mask.png");
        ImageWriter.writePng(mask, png);
        rows.add(RowFactory.create(npy.toByteArray(), defective ? Files.readAllBytes(png) : null));
    }

    @Test
    void mapsInPartitionsMeasureAsMapsAtOnePlace() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 24; i++) {
            add(random, i % 3 == 0);
        }
        rows.add(RowFactory.create(null, null)); // an image that could not be scored
        ScoredMaps here = ScoredMaps.of(maps, masks);
        PixelMetrics exact = PixelMetrics.of(here);
        for (int partitions : new int[] {1, 7}) {
            Dataset<Row> spread = spark.createDataFrame(rows, COLUMNS).repartition(partitions);
            MapMetrics found = MapMetrics.of(spread, "map", "mask");
            assertWithin(found.auroc(), exact.auroc(), 1e-4);
            assertWithin(found.averagePrecision(), exact.averagePrecision(), 1e-2);
            assertWithin(found.pro30(), exact.pro30(), 1e-3);
            assertWithin(found.pro05(), exact.pro05(), 1e-2);
            assertThat(found.good()).isEqualTo(16);
            assertThat(found.defective()).isEqualTo(8);
            assertThat(found.aupimo())
                    .isPositive()
                    .isCloseTo(Aupimo.of(here, Aupimo.Settings.PUBLISHED).mean(), within(1e-12));
        }
    }

    private static void assertWithin(Estimate found, double exact, double largest) {
        assertThat(found.value()).isCloseTo(exact, within(found.error() + 1e-12));
        assertThat(found.error()).isPositive().isLessThan(largest);
    }

    @Test
    void withoutDefectsThereIsNothingToMeasure() throws IOException {
        add(new SplittableRandom(7), false);
        MapMetrics found = MapMetrics.of(spark.createDataFrame(rows, COLUMNS), "map", "mask");
        assertThat(found.auroc().value()).isNaN();
        assertThat(found.aupimo()).isNaN();
        assertThat(found.good()).isEqualTo(1);
    }

    @Test
    void whatIsNoMapIsNamed() {
        rows.add(RowFactory.create(new byte[] {1, 2, 3}, null));
        assertThatThrownBy(() -> MapMetrics.of(spark.createDataFrame(rows, COLUMNS), "map", "mask"))
                .hasMessageContaining("map: found 3 bytes of something else");
    }
}
