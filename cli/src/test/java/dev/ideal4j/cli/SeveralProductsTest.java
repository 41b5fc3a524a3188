package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.demo.DemoFolder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ideal fit} and {@code ideal detect} with the memory bank of several products, run as commands. */
class SeveralProductsTest {
    private static final List<String> PRODUCTS = List.of("tile", "wood");

    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void images() {
        DemoDataset dataset = new DemoDataset(5, 0);
        DemoFolder writer = new DemoFolder(data);
        for (String product : PRODUCTS) {
            writer.write(dataset.train(product, 0), "train");
            writer.write(dataset.test(product, DemoDataset.GOOD, 0), "test");
        }
    }

    private int visionad(String command, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(command, "--detector", "visionad", "--backend", "cpu"));
        all.addAll(List.of("--size", "112", "--no-query-augmentation", "--backbone", "builtin"));
        all.addAll(List.of(args));
        return IdealCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), all.toArray(String[]::new));
    }

    private static String good(String product) {
        return data.resolve(product).resolve("test/good/000.png").toString();
    }

    private List<Double> scores(String... args) throws IOException {
        List<String> all = new ArrayList<>(List.of("--format", "json"));
        all.addAll(List.of(args));
        assertThat(visionad("detect", all.toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        List<Double> scores = new ArrayList<>();
        for (JsonNode scored : new ObjectMapper().readTree(out.toString())) {
            scores.add(scored.path("score").asDouble());
        }
        return scores;
    }

    @Test
    void eachImageIsScoredByTheBankOfItsProduct() throws IOException {
        String fitted = folder.resolve("all.fitted").toString();
        assertThat(visionad("fit", "--multi-class", "query", "--product-root", data.toString(), "--save", fitted))
                .as(err.toString())
                .isZero();
        List<Double> alone = new ArrayList<>();
        for (String product : PRODUCTS) {
            String references = data.resolve(product).resolve("train/good").toString();
            alone.addAll(scores("--normal", references, "--", good(product)));
        }
        assertThat(scores("--fitted", fitted, "--", good("tile"), good("wood"))).isEqualTo(alone);
        List<Double> byTheFirst =
                scores("--multi-class", "first", "--product-root", data.toString(), "--", good("tile"), good("wood"));
        assertThat(byTheFirst.get(0)).isEqualTo(alone.get(0));
        assertThat(byTheFirst.get(1)).isGreaterThan(alone.get(1));
    }

    @Test
    void oneProductAndSeveralAreNotMixedUp() {
        String save = folder.resolve("none").toString();
        String references = data.resolve("tile/train/good").toString();
        assertThat(visionad("fit", "--multi-class", "query", "--normal", references, "--save", save))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--product-root").hasLineCount(1);
        assertThat(visionad("fit", "--product-root", data.toString(), "--save", save))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--multi-class").hasLineCount(1);
        assertThat(Path.of(save)).doesNotExist();
    }

    @Test
    void aFolderWithoutImagesIsNamed() throws IOException {
        Files.createDirectories(folder.resolve("products/empty/train/good"));
        String root = folder.resolve("products").toString();
        assertThat(visionad("detect", "--multi-class", "query", "--product-root", root, "--", good("tile")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("empty/train/good").hasLineCount(1);
    }
}
