package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.Undefined;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Metrics of data sets without defects, without masks, or whose masks vanish in the map. */
class UndefinedMetricsTest extends MadeRuns {
    @Test
    void withoutMasksThereAreImageMetricsOnly() throws IOException {
        try (Stream<Path> masks = Files.walk(folder.resolve("made/ring/ground_truth"))) {
            for (Path file : masks.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        dataset = Dataset.open(folder, "made");
        EvaluationPlan plan =
                new EvaluationPlan(dataset, new TestProtocol(new Shots(1, 0), Setting.GENERAL), List.of(17L));
        ProductResult ring = run(plan, "unmasked").products().get(1);
        assertThat(ring.image().auroc()).isBetween(0.7, 1.0);
        assertThat(ring.pixel().auroc()).isNaN();
        EvaluationPlan needsMasks =
                new EvaluationPlan(dataset, new TestProtocol(new Shots(1, 1), Setting.GENERAL), List.of(17L));
        assertThatThrownBy(() -> run(needsMasks, "needs")).hasMessageContaining("no mask");
    }

    private Results withoutReferencesOfDefects(String out) {
        dataset = Dataset.open(folder, "made");
        return run(new EvaluationPlan(dataset, new TestProtocol(new Shots(1, 0), Setting.GENERAL), List.of(17L)), out);
    }

    private void removeDefectsOf(String product) throws IOException {
        for (String type : List.of("test/spot", "test/stain", "ground_truth")) {
            try (Stream<Path> files =
                    Files.walk(folder.resolve("made").resolve(product).resolve(type))) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void meansLeaveOutWhatIsUndefinedAndSaySo() throws IOException {
        Results whole = withoutReferencesOfDefects("whole");
        removeDefectsOf("ring");
        Results results = withoutReferencesOfDefects("mixed");
        ProductResult ring = results.products().get(1);
        assertThat(ring.image().undefined()).isEqualTo(Undefined.NO_DEFECTIVE_IMAGE);
        assertThat(ring.pixel().undefined()).isEqualTo(Undefined.NO_DEFECTIVE_IMAGE);
        assertThat(ring.thresholds().f1()).isNaN();
        assertThat(ring.thresholds().normal99()).isFinite();
        for (Measure measure : Measure.values()) {
            assertThat(measure.of(ring)).as(measure.label()).isNaN();
            assertThat(measure.mean(results.products())).as(measure.label()).isEqualTo((Double)
                    (double) (float) measure.of(whole.products().get(0)));
        }
        assertThat(Caveats.of(results))
                .contains(
                        "ring: image metrics are undefined: no scored image is defective",
                        "ring: pixel metrics are undefined: no scored image is defective",
                        "means of image metrics count 1 of 2 products",
                        "means of pixel metrics count 1 of 2 products");
        assertThat(ResultTables.printedInterval(results.products())).contains("over 4 good and 10 defective images");
        assertThat(ResultTables.printed(results.products()))
                .contains("ring                 undefined  undefined  undefined  undefined");
        assertThat(Files.readString(folder.resolve("mixed/results.csv")))
                .containsPattern("(?m)^ring,17,4,0,0,,+no scored image is defective,no scored image is defective$")
                .containsPattern("(?m)^mean,17,.*,1 of 2 products count,1 of 2 products count$");
        assertThat(Results.read(folder.resolve("mixed/results.json")).products())
                .isEqualTo(results.products());
    }

    @Test
    void masksThatMarkNoPixelOfTheMapAreNamed() throws IOException {
        // The 32 rows of the map use all of 40 rows except 4, 9, 14 and so on.
        Path masks = folder.resolve("made/ring/ground_truth/spot");
        for (int i = 0; i < 5; i++) {
            BufferedImage line = new BufferedImage(48, 40, BufferedImage.TYPE_BYTE_GRAY);
            for (int x = 0; x < 48 && i < 4; x++) {
                line.setRGB(x, 4, 0xffffff);
            }
            ImageIO.write(line, "png", masks.resolve("00" + i + "_mask.png").toFile());
        }
        Results results = withoutReferencesOfDefects("thin");
        ProductResult ring = results.products().get(1);
        assertThat(ring.lostMasks()).hasSize(5);
        assertThat(ring.lostMasks().get(0))
                .isEqualTo(new LostMask("ring/test/spot/000.png", "ring/ground_truth/spot/000_mask.png", 48));
        assertThat(ring.lostMasks().get(4).pixels()).isZero();
        assertThat(ring.peaks().of()).isEqualTo(5);
        assertThat(ring.pixel().undefined()).isNull();
        assertThat(results.products().get(0).lostMasks()).isEmpty();
        assertThat(Caveats.of(results))
                .anyMatch(caveat -> caveat.startsWith("ring: 5 masks mark no pixel of the anomaly map")
                        && caveat.contains("ring/ground_truth/spot/000_mask.png (48 pixels)")
                        && caveat.contains("ring/ground_truth/spot/004_mask.png (empty)"));
    }

    @Test
    void masksThatAllVanishLeaveLocalisationUndefined() throws IOException {
        for (String type : List.of("spot", "stain")) {
            for (int i = 0; i < 5; i++) {
                BufferedImage line = new BufferedImage(48, 40, BufferedImage.TYPE_BYTE_GRAY);
                line.setRGB(20, 4, 0xffffff);
                Path masks = folder.resolve("made/ring/ground_truth").resolve(type);
                ImageIO.write(line, "png", masks.resolve("00" + i + "_mask.png").toFile());
            }
        }
        ProductResult ring = withoutReferencesOfDefects("gone").products().get(1);
        assertThat(ring.pixel().undefined()).isEqualTo(Undefined.NO_DEFECTIVE_PIXEL);
        assertThat(ring.pixel().averagePrecision()).isNaN();
        assertThat(ring.image().undefined()).isNull();
        assertThat(ring.lostMasks()).hasSize(10);
    }
}
