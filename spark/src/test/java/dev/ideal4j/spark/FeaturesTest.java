package dev.ideal4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.MadeImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The program that computes features, and the command that trains with them. */
class FeaturesTest {
    private static final String[] BACKBONE = {"--backbone", "builtin-smooth", "--size", "112"};

    @TempDir
    private Path folder;

    private static int features(Object... arguments) {
        return Features.run(Stream.concat(Stream.of(arguments).map(Object::toString), Stream.of(BACKBONE))
                .toArray(String[]::new));
    }

    private void train(Path out, Path cache) throws IOException, InterruptedException {
        GeneratedImages.ideal(Stream.concat(
                        Stream.of(
                                "train",
                                "--data-root",
                                folder.toString(),
                                "--source",
                                "parts",
                                "--target",
                                "parts",
                                "--backend",
                                "cpu",
                                "--epochs",
                                "1",
                                "--episodes",
                                "2",
                                "--batch",
                                "2",
                                "--out",
                                out.toString(),
                                "--cache",
                                cache.toString()),
                        Stream.of(BACKBONE))
                .toArray(String[]::new));
    }

    private static Map<Path, FileTime> times(Path cache) throws IOException {
        Map<Path, FileTime> times = new TreeMap<>();
        for (Path file : GeneratedImages.files(cache, ".f32")) {
            times.put(cache.relativize(file), Files.getLastModifiedTime(file));
        }
        return times;
    }

    @Tag("long")
    @Test
    @Timeout(120)
    void trainReadsTheFeaturesAndComputesNone() throws Exception {
        LocalSpark.session();
        Path parts = MadeImages.write(folder.resolve("parts"), 2);
        Path table = folder.resolve("features");
        Path cache = folder.resolve("cache");
        assertThat(features("--input", parts, "--output", table)).isZero();
        List<Row> rows = LocalSpark.session().read().parquet(table.toString()).collectAsList();
        assertThat(rows).hasSize(12 + 8); // images, and masks, which are images too
        assertThat(rows.get(0).<byte[]>getAs("features"))
                .hasSize(rows.get(0).<Integer>getAs("patches") * rows.get(0).<Integer>getAs("width") * Float.BYTES);
        assertThat(features("--output", table, "--cache", cache)).isZero();
        Map<Path, FileTime> written = times(cache);
        assertThat(written).isNotEmpty();

        Path computed = folder.resolve("computed");
        train(folder.resolve("alone"), computed);
        assertThat(times(computed).keySet()).isNotEmpty().isSubsetOf(written.keySet());
        for (Path file : times(computed).keySet()) {
            assertThat(cache.resolve(file)).hasSameBinaryContentAs(computed.resolve(file));
        }
        train(folder.resolve("with"), cache);
        assertThat(times(cache)).isEqualTo(written);
        assertThat(folder.resolve("with/best.pth")).hasSameBinaryContentAs(folder.resolve("alone/best.pth"));
    }

    @Tag("long")
    @Test
    void imagesThatAreThereAreLeftOutAndBrokenOnesAreErrors() throws IOException {
        LocalSpark.session();
        Path images = GeneratedImages.write(folder.resolve("images"), 0, 3);
        Path table = folder.resolve("features");
        assertThat(features("--input", images, "--output", table)).isZero();
        Files.write(images.resolve("broken.png"), new byte[] {1});
        assertThat(features("--input", images, "--output", table)).isZero();
        List<Row> rows = LocalSpark.session()
                .read()
                .parquet(table.toString())
                .orderBy("image")
                .collectAsList();
        assertThat(rows).hasSize(4);
        assertThat(rows.get(3).<String>getAs("error")).contains("broken.png");
        assertThat(rows.get(3).<byte[]>getAs("features")).isNull();
        Path cache = folder.resolve("cache");
        assertThat(features("--output", table, "--cache", cache)).isZero();
        assertThat(times(cache)).as("two names an image").hasSize(6);
    }

    @Test
    void withoutInputAndCacheThereIsNothingToDo() {
        assertThat(features("--output", folder)).isEqualTo(2);
    }
}
