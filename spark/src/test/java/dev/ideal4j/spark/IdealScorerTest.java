package dev.ideal4j.spark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdealScorerTest {
    @TempDir
    private static Path folder;

    private static SparkSession spark;
    private static Path fitted;
    private static Path images;
    private static Map<String, String> expected;

    @BeforeAll
    static void fit() throws Exception {
        spark = LocalSpark.session();
        Path products = Files.createDirectories(folder.resolve("products"));
        fitted = GeneratedImages.fit(GeneratedImages.good(folder.resolve("good"), 1), products.resolve("a.fitted"));
        GeneratedImages.fit(
                GeneratedImages.good(folder.resolve("other"), 2),
                products.resolve("b.fitted"),
                "--detector",
                "patchcore");
        images = GeneratedImages.write(folder.resolve("images"), 0, 12);
        expected = GeneratedImages.detected(fitted, images);
    }

    private static Dataset<Row> files() {
        return spark.read().format("binaryFile").load(images.toString()).select("path", "content");
    }

    /** Results as lines of JSON without the image's name, by its file. */
    private static Map<String, String> lines(Dataset<Row> scored) {
        Map<String, String> lines = new TreeMap<>();
        for (String line : scored.drop("content")
                .withColumnRenamed("path", "image")
                .toJSON()
                .collectAsList()) {
            lines.put(GeneratedImages.name(line), line.replaceFirst("\"image\":\"[^\"]*\",", ""));
        }
        return lines;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 4", "12, 12", "2, 5"})
    void resultsAreThoseOfDetectWhateverPartitionsAndBatches(int partitions, int batch) {
        IdealScorer scorer = new IdealScorer().setFitted(fitted.toString()).setBatchSize(batch);
        assertThat(expected).hasSize(12).anySatisfy((name, line) -> assertThat(line)
                .contains("ANOMALOUS"));
        assertThat(lines(scorer.transform(files().repartition(partitions)))).isEqualTo(expected);
    }

    /** The example of docs/spark.md, letter by letter. */
    private static Dataset<Row> defects(String archive, String part) {
        Dataset<Row> images = spark.read().format("binaryFile").load(archive);
        Dataset<Row> scored =
                new IdealScorer().setFitted(part).transform(images).drop("content");
        Dataset<Row> defects = scored.where("verdict = 'ANOMALOUS'").select("path", "score", "regions");
        return defects;
    }

    @Test
    void theExampleOfTheDocumentsFindsTheDefects() {
        long anomalous = expected.values().stream()
                .filter(line -> line.contains("ANOMALOUS"))
                .count();
        assertThat(defects(images.toString(), fitted.toString()).count())
                .isEqualTo(anomalous)
                .isPositive();
    }

    @Test
    void pathsAreReadByTheTasks() {
        IdealScorer scorer = new IdealScorer().setFitted(fitted.toString()).setInputCol("path");
        assertThat(lines(scorer.transform(files().select("path")))).isEqualTo(expected);
    }

    @Test
    void aScorerInASavedPipelineIsThatScorer() throws IOException {
        IdealScorer scorer =
                new IdealScorer().setFitted(fitted.toString()).setLeastArea(7).setMapFormat("npy");
        Path saved = folder.resolve("pipeline");
        PipelineModel model =
                new Pipeline().setStages(new PipelineStage[] {scorer}).fit(files());
        model.write().overwrite().save(saved.toString());
        PipelineModel loaded = PipelineModel.load(saved.toString());
        assertThat(loaded.stages()[0].explainParams()).isEqualTo(scorer.explainParams());
        assertThat(lines(loaded.transform(files()))).isEqualTo(lines(scorer.transform(files())));
    }

    @Tag("long")
    @Test
    void eachProductIsScoredByItsDetector() throws Exception {
        Path products = fitted.getParent();
        Dataset<Row> keyed = files().withColumn(
                        "part",
                        when(col("path").rlike("[02468].png$"), lit("a")).otherwise(lit("b")));
        IdealScorer scorer = new IdealScorer().setFitted(products.toString()).setProductCol("part");
        Map<String, String> others = GeneratedImages.detected(products.resolve("b.fitted"), images);
        Map<String, String> mixed = new TreeMap<>();
        expected.forEach((name, line) -> mixed.put(name, name.matches(".*[02468].png") ? line : others.get(name)));
        assertThat(lines(scorer.transform(keyed).drop("part"))).isEqualTo(mixed).isNotEqualTo(expected);
    }

    @Test
    void anUnknownProductIsAnError() {
        IdealScorer scorer =
                new IdealScorer().setFitted(fitted.getParent().toString()).setProductCol("part");
        List<Row> rows = scorer.transform(files().withColumn("part", lit("c"))).collectAsList();
        assertThat(rows).hasSize(12).allSatisfy(row -> {
            assertThat(row.<String>getAs("error")).contains("product: found c, expected a, b");
            assertThat(row.<Float>getAs("score")).isNull();
        });
    }

    @Test
    void aBrokenImageIsARowWithAnErrorThatNamesIt() throws IOException {
        Path broken = Files.createDirectories(folder.resolve("broken"));
        Path whole = GeneratedImages.files(images, ".png").get(0);
        Files.copy(whole, broken.resolve("whole.png"));
        Files.write(broken.resolve("half.png"), Arrays.copyOf(Files.readAllBytes(whole), 3000));
        Dataset<Row> files =
                spark.read().format("binaryFile").load(broken.toString()).select("path", "content");
        List<Row> rows = new IdealScorer()
                .setFitted(fitted.toString())
                .transform(files)
                .orderBy("path")
                .collectAsList();
        assertThat(rows.get(0).<String>getAs("error")).contains("half.png");
        assertThat(rows.get(0).<String>getAs("verdict")).isNull();
        assertThat(rows.get(1).<String>getAs("error")).isNull();
        assertThat(rows.get(1).<Float>getAs("score")).isPositive();
    }

    @Tag("long")
    @Test
    void weightsTravelToExecutors() throws Exception {
        VitConfig tiny = new VitConfig(64, 2, 1, 128, false, 0, 14, 8, VitConfig.Position.PLAIN);
        Path weights = folder.resolve("tiny.safetensors");
        SafetensorsWriter.write(weights, new SeededWeights("tiny/", tiny.tensors()), Map.of());
        Path fittedToIt = GeneratedImages.fit(
                folder.resolve("good"), folder.resolve("tiny.fitted"), "--backbone", weights.toString());
        Map<String, String> detected = GeneratedImages.detected(fittedToIt, images);
        Dataset<Row> scored = new IdealScorer().setFitted(fittedToIt.toString()).transform(files());
        Files.delete(weights);
        Files.delete(fittedToIt);
        assertThat(lines(scored)).isEqualTo(detected).isNotEqualTo(expected);
    }

    @Test
    void mapsArePngOrFloats() {
        Dataset<Row> one = files().where("path like '%00003.png'");
        IdealScorer scorer = new IdealScorer().setFitted(fitted.toString());
        Row npy = scorer.setMapFormat("npy").transform(one).first();
        Row png = scorer.setMapFormat("png").transform(one).first();
        ScoreMap map = NpyMap.read(npy.<byte[]>getAs("map"));
        assertThat(map.max()).isEqualTo(npy.<Float>getAs("peakScore"));
        RgbImage grey = ImageReader.read(png.<byte[]>getAs("map"), "map");
        assertThat(grey.width()).isEqualTo(map.width());
        float high = Math.max(1, map.max());
        for (int i = 0; i < map.values().length; i++) {
            assertThat((grey.samples()[3 * i] & 0xFF) / 256f)
                    .isBetween(map.values()[i] / high - 0.005f, map.values()[i] / high + 0.005f);
        }
    }

    @Test
    void whatIsWrongWithParametersIsSaidByTheDriver() {
        IdealScorer scorer = new IdealScorer().setFitted(fitted.toString());
        assertThatThrownBy(() -> new IdealScorer().transform(files()))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("fitted");
        assertThatThrownBy(() -> scorer.copy(scorer.extractParamMap())
                        .setInputCol("image")
                        .transform(files()))
                .hasMessageContaining("column image: found no such column, expected one of path, content");
        assertThatThrownBy(() -> scorer.copy(scorer.extractParamMap())
                        .setMapFormat("gif")
                        .transform(files()))
                .hasMessageContaining("mapFormat: found gif");
        assertThatThrownBy(() -> scorer.copy(scorer.extractParamMap())
                        .setProductCol("path")
                        .transform(files()))
                .hasMessageContaining("no folder");
        assertThatThrownBy(() -> scorer.transform(files().withColumn("score", lit(1))))
                .hasMessageContaining("column score");
        assertThatThrownBy(() -> scorer.copy(scorer.extractParamMap())
                        .setBackbone("nothing.pth")
                        .transform(files()))
                .hasMessageContaining("nothing.pth, which is not here");
    }

    @Test
    void whatIsLoadedIsLoadedOnce() {
        IdealScorer scorer = new IdealScorer().setFitted(fitted.toString());
        scorer.transform(files().repartition(6)).collectAsList();
        int loaded = OncePerJvm.loaded();
        scorer.transform(files().repartition(8)).collectAsList();
        new IdealScorer().setFitted(fitted.toString()).transform(files()).collectAsList();
        assertThat(OncePerJvm.loaded()).isEqualTo(loaded);
    }
}
