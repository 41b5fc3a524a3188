package dev.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PartitionedNeighboursTest {
    private static final StructType BANK =
            new StructType().add("index", DataTypes.LongType).add("features", DataTypes.BinaryType);

    private static final int WIDTH = 384;

    private static SparkSession spark;

    @BeforeAll
    static void start() {
        spark = LocalSpark.session();
    }

    /** A bank whose cells have {@code cell} rows each. */
    private static Dataset<Row> bank(float[] rows, int width, int cell, int partitions) {
        List<Row> cells = new ArrayList<>();
        for (int first = 0; first < rows.length / width; first += cell) {
            int end = Math.min(rows.length / width, first + cell);
            cells.add(RowFactory.create((long) first, bytes(Arrays.copyOfRange(rows, first * width, end * width))));
        }
        return spark.createDataFrame(cells, BANK).repartition(partitions);
    }

    private static byte[] bytes(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
    }

    /** Rows with repetitions, near repetitions, a row of zeros and one of NaN: ties, and cosines that float32 cannot tell apart. */
    private static float[] hardRows(int count, int width) {
        SplittableRandom random = new SplittableRandom(3);
        float[] rows = new float[count * width];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < width; i++) {
                int at = row * width + i;
                boolean repeats = row % 3 == 2;
                rows[at] = repeats ? rows[at - 2 * width] : (float) random.nextDouble() - 0.3f;
            }
            if (row % 5 == 4) {
                rows[row * width + row % width] += 1e-6f;
            }
        }
        Arrays.fill(rows, 7 * width, 8 * width, 0);
        rows[11 * width] = Float.NaN;
        return rows;
    }

    @Tag("long")
    @Test
    void bitsAreThoseOfTheReferenceBackendWhateverThePartitions() {
        int width = 24;
        int k = 40;
        float[] rows = hardRows(900, width);
        float[] queries = Arrays.copyOf(rows, 30 * width);
        float[] similarities;
        int[] indices;
        try (Backend reference = Backends.open("reference");
                Scope scope = reference.scope()) {
            Tensor found = scope.allocate(30, k);
            Indices places = scope.allocateIndices(30, k);
            var index = reference.neighbours().index(scope.upload(rows, 900, width), scope);
            reference.neighbours().topK(scope.upload(queries, 30, width), index, k, found, places);
            similarities = found.toArray();
            indices = places.toArray();
        }
        for (int[] cut : new int[][] {{900, 1}, {7, 5}, {1, 300}}) {
            List<Row> merged = PartitionedNeighbours.topK(bank(rows, width, cut[0], cut[1]), queries, width, k)
                    .collectAsList();
            assertThat(merged).hasSize(30 * k);
            for (int i = 0; i < merged.size(); i++) {
                assertThat(merged.get(i))
                        .isEqualTo(RowFactory.create(i / k, i % k + 1, (long) indices[i], similarities[i]));
            }
        }
    }

    @Test
    void aBankOfFewerRowsGivesAll() {
        float[] rows = {1, 0, 0, 1, -1, 0};
        List<Row> found = PartitionedNeighbours.topK(bank(rows, 2, 1, 2), new float[] {1, 0}, 2, 9)
                .collectAsList();
        assertThat(found)
                .containsExactly(
                        RowFactory.create(0, 1, 0L, 1f),
                        RowFactory.create(0, 2, 1L, 0f),
                        RowFactory.create(0, 3, 2L, -1f));
    }

    @Test
    void whatIsNoBankIsRefused() {
        Dataset<Row> bank = bank(new float[6], 2, 1, 1);
        assertThatThrownBy(() -> PartitionedNeighbours.topK(bank, new float[3], 2, 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("queries: found 3 values, expected rows of 2");
        assertThatThrownBy(() -> PartitionedNeighbours.topK(bank.drop("features"), new float[2], 2, 1))
                .hasMessageContaining("a column features of binary");
        assertThatThrownBy(() ->
                        PartitionedNeighbours.topK(bank, new float[3], 3, 1).collectAsList())
                .hasMessageContaining("8 bytes, expected rows of 3 float32");
    }

    /** Rows are made where they are needed: a row depends on its index alone. Some rows repeat others far away. */
    private static float[] madeRows(long first, int count) {
        float[] rows = new float[count * WIDTH];
        for (int row = 0; row < count; row++) {
            long seed = (first + row) % 1_900_000; // the last 100,000 rows are the first 100,000 again
            long state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
            for (int i = row * WIDTH; i < (row + 1) * WIDTH; i++) {
                state = state * 6364136223846793005L + 1442695040888963407L;
                rows[i] = (int) (state >>> 32) * 0x1p-31f;
            }
        }
        return rows;
    }

    private static Row cell(long number) {
        return RowFactory.create(number * 1000, bytes(madeRows(number * 1000, 1000)));
    }

    /** Records that stages wrote for shuffles. */
    private static final class Shuffled extends SparkListener {
        private final List<Long> records = new ArrayList<>();

        @Override
        public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
            long written = stage.stageInfo().taskMetrics().shuffleWriteMetrics().recordsWritten();
            if (written > 0) {
                records.add(written);
            }
        }
    }

    @Tag("long")
    @Test
    @Timeout(240)
    void twoMillionPatchesGiveTheNeighboursOfOneMachineAndShuffleKPerQueryAndPartition() throws Exception {
        int cells = 2000;
        int partitions = 16;
        int k = 10;
        int count = 8;
        float[] queries = new float[count * WIDTH];
        for (int i = 0; i < count; i++) {
            // The first two are rows of the bank that are there twice.
            float[] row = madeRows(i < 2 ? 5000 + i : 3_000_000 + i, 1);
            System.arraycopy(row, 0, queries, i * WIDTH, WIDTH);
        }
        MapFunction<Long, Row> make = PartitionedNeighboursTest::cell;
        Dataset<Row> bank =
                spark.range(0, cells, 1, partitions).as(Encoders.LONG()).map(make, Encoders.row(BANK));
        Shuffled shuffled = new Shuffled();
        spark.sparkContext().addSparkListener(shuffled);
        List<Row> found = PartitionedNeighbours.topK(bank, queries, WIDTH, k)
                .orderBy("query", "rank")
                .collectAsList();
        spark.sparkContext().listenerBus().waitUntilEmpty();
        spark.sparkContext().removeSparkListener(shuffled);

        assertThat(found).isEqualTo(onOneMachine(queries, count, cells, k));
        assertThat(found.get(0).getLong(2)).isEqualTo(5000);
        assertThat(found.get(1).getLong(2)).as("the same row again").isEqualTo(1_905_000);
        assertThat(shuffled.records.get(0)).as("k per query and partition").isEqualTo((long) k * count * partitions);
        assertThat(shuffled.records.stream().skip(1))
                .as("sorting the result")
                .allMatch(more -> more <= (long) k * count);
    }

    /** A neighbour of a query. */
    private record Near(float similarity, long index) {}

    /** Looks at all cosines, in float64, cell by cell. Ties and order are those that Neighbours states. */
    private static List<Row> onOneMachine(float[] queries, int count, int cells, int k) {
        List<List<Near>> all = IntStream.range(0, cells)
                .parallel()
                .mapToObj(cell -> nearest(queries, count, cell, k))
                .reduce((a, b) -> IntStream.range(0, count)
                        .mapToObj(query -> best(List.of(a.get(query), b.get(query)), k))
                        .toList())
                .orElseThrow();
        List<Row> rows = new ArrayList<>();
        for (int query = 0; query < count; query++) {
            for (int rank = 0; rank < k; rank++) {
                Near near = all.get(query).get(rank);
                rows.add(RowFactory.create(query, rank + 1, near.index, near.similarity));
            }
        }
        return rows;
    }

    private static List<List<Near>> nearest(float[] queries, int count, int cell, int k) {
        float[] rows = madeRows(cell * 1000L, 1000);
        double[] units = new double[WIDTH * count];
        for (int query = 0; query < count; query++) {
            for (int i = 0; i < WIDTH; i++) {
                units[i * count + query] = queries[query * WIDTH + i] / norm(queries, query * WIDTH);
            }
        }
        List<List<Near>> found = new ArrayList<>();
        IntStream.range(0, count).forEach(query -> found.add(new ArrayList<>()));
        for (int row = 0; row < 1000; row++) {
            double norm = norm(rows, row * WIDTH);
            double[] sums = new double[count];
            for (int i = 0; i < WIDTH; i++) {
                double value = rows[row * WIDTH + i] / norm;
                for (int query = 0; query < count; query++) {
                    sums[query] += units[i * count + query] * value;
                }
            }
            for (int query = 0; query < count; query++) {
                found.get(query).add(new Near((float) sums[query], cell * 1000L + row));
            }
        }
        return found.stream().map(list -> best(List.of(list), k)).toList();
    }

    private static List<Near> best(List<List<Near>> lists, int k) {
        return lists.stream()
                .flatMap(List::stream)
                .sorted((a, b) -> a.similarity != b.similarity
                        ? Float.compare(b.similarity, a.similarity)
                        : Long.compare(a.index, b.index))
                .limit(k)
                .toList();
    }

    private static double norm(float[] rows, int at) {
        double sum = 0;
        for (int i = at; i < at + WIDTH; i++) {
            sum += (double) rows[i] * rows[i];
        }
        return Math.sqrt(sum);
    }
}
