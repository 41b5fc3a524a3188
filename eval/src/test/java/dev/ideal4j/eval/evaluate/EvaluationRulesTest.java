package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.report.HtmlReport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Thresholds, image scores and masks by other rules than the usual ones. */
class EvaluationRulesTest extends MadeRuns {
    /** The threshold is that of a fit to the same references, and scores are what they are without it. */
    @Test
    void verdictsCanComeFromTheReferencesAlone() throws IOException {
        Results without = run(references(EvaluationRules.USUAL), "without");
        assertThat(without.products().get(0).thresholds().calibrated()).isNaN();
        EvaluationRules rules = new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OWN, 0.3);
        EvaluationPlan plan = references(rules);
        Evaluation.Outcome outcome = new Evaluation(plan, new BrightnessDetector(), PROVENANCE, EvaluationListener.NONE)
                .run(folder.resolve("with"));
        assertThat(outcome.results().settings()).containsEntry("maxFalseAlarms", 0.3);
        ProductResult plate = outcome.results().products().get(0);
        assertThat(plate.images()).isEqualTo(without.products().get(0).images());
        References references = plan.tasks(17).get(0).references().load();
        double above;
        try (FittedDetector fitted = new BrightnessDetector().fit(references)) {
            above = fitted.calibration().orElseThrow().imageThreshold(0.3).value();
        }
        double threshold = plate.thresholds().calibrated();
        assertThat(threshold).isGreaterThan(above).isCloseTo(above, within(1e-5));
        long found = plate.images().stream()
                .filter(image -> image.anomalous() && image.score() > above)
                .count();
        assertThat(plate.flagged(true, threshold)).isEqualTo(found);
        assertThat(ResultTables.printedVerdicts(List.of(plate)))
                .contains(found + " of 10 defective images found")
                .doesNotContain("no threshold");
        assertThat(ResultTables.printedVerdicts(without.products())).endsWith("no threshold for 2 of 2 products");
        HtmlReport.write(outcome, folder.resolve("report.html"));
        assertThat(Files.readString(folder.resolve("report.html")))
                .contains("From the references alone", "at the threshold that the references give");

        // A run that was killed between the last score and the metrics finds the threshold again.
        try (Stream<Path> products = Files.list(folder.resolve("with/run/products"))) {
            for (Path product : products.toList()) {
                Files.delete(product);
            }
        }
        Results again = new Evaluation(plan, new BrightnessDetector(), PROVENANCE, EvaluationListener.NONE)
                .run(folder.resolve("with"))
                .results();
        assertThat(again.products().get(0).thresholds().calibrated()).isEqualTo(threshold);
    }

    private EvaluationPlan references(EvaluationRules rules) {
        return plan(dataset, new Shots(3, 0), new ReferenceSource.Drawn(), rules);
    }

    /** FDSL's published score of an image: the mean of its score and the maximum of its map, scaled over the product. */
    @Test
    void imageMetricsCanRankByTheScoreOverAProduct() {
        Results own = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "own");
        EvaluationRules rules = new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OVER_PRODUCT, null);
        Results over = run(plan(dataset, new Shots(1, 1), new ReferenceSource.Drawn(), rules), "over");
        assertThat(over.settings()).containsEntry("imageScore", "over_product");
        List<ScoredImage> before = own.products().get(0).images();
        List<ScoredImage> after = over.products().get(0).images();
        boolean lowest = false;
        boolean highest = false;
        for (int i = 0; i < before.size(); i++) {
            double maximum = 2 * after.get(i).score() - before.get(i).score();
            assertThat(maximum).isBetween(-1e-5, 1 + 1e-5);
            lowest |= Math.abs(maximum) < 1e-5;
            highest |= Math.abs(maximum - 1) < 1e-5;
        }
        assertThat(lowest && highest)
                .as("the maxima reach both ends of the scale")
                .isTrue();
    }

    /** JPEG compression makes rings around a defect. In a user's data set these pixels do not count, and a note says so. */
    @Test
    void masksSavedAsJpegKeepTheirDefectAndAreNoted() throws IOException {
        Results clean = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "clean");
        try (Stream<Path> masks = Files.walk(folder.resolve("made"))) {
            for (Path mask : masks.filter(file -> file.toString().contains("ground_truth") && Files.isRegularFile(file))
                    .toList()) {
                BufferedImage image = ImageIO.read(mask.toFile());
                BufferedImage grey =
                        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
                grey.createGraphics().drawImage(image, 0, 0, null);
                ImageIO.write(grey, "jpg", mask.toFile());
            }
        }
        List<String> notes = new ArrayList<>();
        EvaluationListener listener = new EvaluationListener() {
            @Override
            public void note(String note) {
                notes.add(note);
            }
        };
        Results jpeg = new Evaluation(
                        plan(List.of(17L), Setting.GENERAL, 4, 1, false),
                        new BrightnessDetector(),
                        PROVENANCE,
                        listener)
                .run(folder.resolve("jpeg"))
                .results();
        assertThat(jpeg.products().get(0).pixel().auroc())
                .isEqualTo(clean.products().get(0).pixel().auroc());
        assertThat(notes).hasSize(2).allSatisfy(note -> assertThat(note)
                .contains("grey levels", "half of the largest level", "more masks of"));
    }
}
