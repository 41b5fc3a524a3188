package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.episodes.Tasks;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.PublishedPro;
import dev.ideal4j.eval.metrics.Undefined;
import dev.ideal4j.eval.random.LoaderOrder;
import dev.ideal4j.eval.report.HtmlReport;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
    private static final Provenance PROVENANCE =
            new Provenance(Map.of("ideal4j", "test"), Map.of("name", "none"), Map.of(), Map.of());

    @TempDir
    Path folder;

    private Dataset dataset;

    @BeforeEach
    void make() throws IOException {
        MadeImages.write(folder.resolve("made"), 5);
        dataset = Dataset.open(folder, "made");
    }

    private EvaluationPlan plan(List<Long> seeds, Setting setting, int batch, int threads, boolean keepGoing) {
        return new EvaluationPlan(
                dataset,
                new TestProtocol(new Shots(1, 1), setting),
                seeds,
                List.of(),
                new ReferenceSource.Drawn(),
                EvaluationRules.USUAL,
                PublishedPro.THRESHOLDS,
                batch,
                threads,
                keepGoing,
                false);
    }

    private Results run(EvaluationPlan plan, String out) {
        return new Evaluation(plan, new BrightnessDetector(), PROVENANCE, EvaluationListener.NONE)
                .run(folder.resolve(out))
                .results();
    }

    @Test
    void everyQueryIsScoredOnceAndEverythingIsWritten() throws IOException {
        Results results = run(plan(List.of(17L, 77L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(results.products())
                .extracting(ProductResult::product)
                .containsExactly("plate", "ring", "plate", "ring");
        for (ProductResult result : results.products()) {
            assertThat(result.images()).hasSize(13).doesNotHaveDuplicates();
            assertThat(result.images())
                    .extracting(ScoredImage::image)
                    .doesNotContainAnyElementsOf(result.normalReferences())
                    .doesNotContainAnyElementsOf(result.abnormalReferences());
            assertThat(result.image().auroc()).isBetween(0.7, 1.0);
            assertThat(result.pixel().pro30()).isBetween(0.5, 1.0);
        }
        assertThat(results.run().scored()).isEqualTo(52);
        Results read = Results.read(folder.resolve("out/results.json"));
        assertThat(read.products()).isEqualTo(results.products());
        assertThat(read.settings()).isEqualTo(results.settings());
        assertThat(read.provenance()).isEqualTo(results.provenance());
        assertThat(Files.readAllLines(folder.resolve("out/scores.csv"))).hasSize(53);
        assertThat(Files.readAllLines(folder.resolve("out/results.csv")))
                .hasSize(7)
                .first()
                .asString()
                .startsWith("product,seed,images,anomalous,skipped,i_auroc,i_ap");
        try (Stream<Path> left = Files.list(folder.resolve("out/run"))) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("products", "settings.json", "journal.jsonl", ".lock");
        }
        Results again = run(plan(List.of(17L, 77L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(again.run().scored()).isZero();
        assertThat(again.products()).isEqualTo(results.products());
    }

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
        return new EvaluationPlan(
                dataset,
                new TestProtocol(new Shots(3, 0), Setting.GENERAL),
                List.of(17L),
                List.of(),
                new ReferenceSource.Drawn(),
                rules,
                PublishedPro.THRESHOLDS,
                4,
                1,
                false,
                false);
    }

    /** FDSL's published score of an image: the mean of its score and the maximum of its map, scaled over the product. */
    @Test
    void imageMetricsCanRankByTheScoreOverAProduct() {
        Results own = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "own");
        EvaluationRules rules = new EvaluationRules(Mask.Resize.NEAREST, DetectorMethod.ImageScore.OVER_PRODUCT, null);
        EvaluationPlan plan = new EvaluationPlan(
                dataset,
                new TestProtocol(new Shots(1, 1), Setting.GENERAL),
                List.of(17L),
                List.of(),
                new ReferenceSource.Drawn(),
                rules,
                PublishedPro.THRESHOLDS,
                4,
                1,
                false,
                false);
        Results over = run(plan, "over");
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

    @Test
    void threadsAndBatchesChangeNothing() {
        Results one = run(plan(List.of(17L), Setting.GENERAL, 1, 1, false), "one");
        Results two = run(plan(List.of(17L), Setting.GENERAL, 7, 2, false), "two");
        assertThat(two.products()).isEqualTo(one.products());
    }

    @Test
    void hardLeavesOutTheReferencesType() {
        Results results = run(plan(List.of(17L), Setting.HARD, 16, 1, false), "hard");
        for (ProductResult result : results.products()) {
            assertThat(result.images())
                    .hasSize(9)
                    .extracting(ScoredImage::type)
                    .doesNotContainAnyElementsOf(result.referenceTypes());
        }
    }

    @Test
    void anInterruptedRunGoesOnWhereItWas() throws IOException {
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 1, 1, false);
        Results undisturbed = run(plan, "undisturbed");
        AtomicInteger scored = new AtomicInteger();
        Evaluation failing = new Evaluation(
                plan,
                new BrightnessDetector(image -> {
                    if (scored.incrementAndGet() == 16) {
                        throw new IllegalStateException("power cut");
                    }
                }),
                PROVENANCE,
                EvaluationListener.NONE);
        assertThatThrownBy(() -> failing.run(folder.resolve("cut"))).hasMessage("power cut");
        Files.writeString(folder.resolve("cut/run/journal.jsonl"), "{\"seed\": 17, \"prod", StandardOpenOption.APPEND);

        Results resumed = run(plan, "cut");
        assertThat(resumed.run().scored()).isEqualTo(26 - 15);
        assertThat(resumed.products()).isEqualTo(undisturbed.products());
    }

    @Test
    void aBrokenImageStopsTheRunByName() throws IOException {
        Path broken = breakOne();
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 2, false);
        assertThatThrownBy(() -> run(plan, "stop"))
                .isInstanceOf(FileFormatException.class)
                .hasMessageContaining(broken.toString());
    }

    @Test
    void keepGoingReportsCountsAndLeavesOutABrokenImage() throws IOException {
        Results whole = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "whole");
        Path broken = folder.resolve("made/ring/test/spot/002.png");
        byte[] content = Files.readAllBytes(broken);
        breakOne();
        List<SkippedImage> told = new ArrayList<>();
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 1, true);
        Results results = new Evaluation(plan, new BrightnessDetector(), PROVENANCE, new EvaluationListener() {
                    @Override
                    public void skipped(SkippedImage image) {
                        told.add(image);
                    }
                })
                .run(folder.resolve("keep"))
                .results();
        ProductResult ring = results.products().get(1);
        assertThat(ring.images()).hasSize(12);
        assertThat(ring.skipped()).isEqualTo(told).hasSize(1);
        assertThat(told.get(0).image()).isEqualTo("ring/test/spot/002.png");
        assertThat(told.get(0).reason()).contains("002.png");
        assertThat(Files.readString(folder.resolve("keep/results.csv"))).contains("ring,17,12,8,1,");

        Files.write(broken, content);
        Results mended = run(plan, "keep");
        assertThat(mended.run().scored()).isEqualTo(1);
        assertThat(mended.products()).isEqualTo(whole.products());
    }

    private Path breakOne() throws IOException {
        Path broken = folder.resolve("made/ring/test/spot/002.png");
        assertThat(plan(List.of(17L), Setting.GENERAL, 1, 1, false)
                        .tasks(17)
                        .get(1)
                        .queries())
                .anyMatch(query -> query.image().equals("ring/test/spot/002.png"));
        Files.write(broken, new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n', 0, 0});
        return broken;
    }

    @Test
    void aFolderOfAnotherRunIsRefused() {
        run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "out");
        assertThatThrownBy(() -> run(plan(List.of(17L), Setting.HARD, 4, 1, false), "out"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("setting")
                .hasMessageContaining("general")
                .hasMessageContaining("hard");
        Results more = run(plan(List.of(17L, 3L), Setting.GENERAL, 4, 1, false), "out");
        assertThat(more.run().scored()).isEqualTo(26);
    }

    @Test
    void fixedReferencesAreNotScored() throws IOException {
        for (String product : List.of("plate", "ring")) {
            Path made = folder.resolve("made").resolve(product);
            Path references = folder.resolve("fixed/made").resolve(product);
            Files.createDirectories(references.resolve("normal"));
            Files.createDirectories(references.resolve("abnormal"));
            Files.copy(made.resolve("test/good/003.png"), references.resolve("normal/a.png"));
            Files.copy(made.resolve("test/stain/001.png"), references.resolve("abnormal/b.png"));
            Files.copy(made.resolve("ground_truth/stain/001_mask.png"), references.resolve("abnormal/b_mask.png"));
        }
        for (Tasks.Exclusion exclusion : Tasks.Exclusion.values()) {
            EvaluationPlan plan = new EvaluationPlan(
                    dataset,
                    new TestProtocol(new Shots(1, 1), Setting.GENERAL),
                    List.of(17L),
                    List.of("ring"),
                    new ReferenceSource.Fixed(folder.resolve("fixed"), exclusion),
                    EvaluationRules.USUAL,
                    PublishedPro.THRESHOLDS,
                    16,
                    1,
                    false,
                    true);
            Results results = run(plan, "fixed-" + exclusion);
            ProductResult ring = results.products().get(0);
            assertThat(results.products()).hasSize(1);
            assertThat(ring.images()).hasSize(13);
            List<String> scored = ring.images().stream().map(ScoredImage::image).toList();
            if (exclusion == Tasks.Exclusion.USED) {
                assertThat(scored).doesNotContain("ring/test/good/003.png", "ring/test/stain/001.png");
                assertThat(ring.referenceTypes()).containsExactly("stain");
            } else {
                assertThat(scored).containsAnyOf("ring/test/good/003.png", "ring/test/stain/001.png");
            }
            assertThat(folder.resolve("fixed-" + exclusion + "/maps/17-ring.safetensors"))
                    .exists();
        }
    }

    private static EvaluationPlan loading(Dataset dataset, int normal, int abnormal) {
        return new EvaluationPlan(
                dataset,
                new TestProtocol(new Shots(normal, abnormal), Setting.GENERAL),
                List.of(17L),
                List.of(),
                new ReferenceSource.Loader(),
                EvaluationRules.USUAL,
                PublishedPro.THRESHOLDS,
                16,
                1,
                false,
                false);
    }

    @Test
    void theLoadersReferencesAreTrainingImagesAndAllTestImagesAreScored() throws IOException {
        MadeImages.write(folder.resolve("trained"), 5);
        for (String product : List.of("plate", "ring")) {
            Path made = folder.resolve("trained").resolve(product);
            Files.createDirectories(made.resolve("train/good"));
            for (String name : List.of("000.png", "001.png", "002.png")) {
                Files.copy(
                        made.resolve("test/good").resolve(name),
                        made.resolve("train/good").resolve(name));
            }
        }
        Dataset trained = Dataset.open(folder, "trained");
        for (Task task : loading(trained, 2, 0).tasks(1)) {
            int[] drawn = LoaderOrder.first(3, 2, 1);
            Path good = folder.resolve("trained").resolve(task.product()).resolve("train/good");
            assertThat(task.references().normal())
                    .containsExactly(good.resolve("00" + drawn[0] + ".png"), good.resolve("00" + drawn[1] + ".png"));
            assertThat(task.references().anomalous()).isEmpty();
            assertThat(task.queries())
                    .hasSize(trained.index().test().get(task.product()).size());
        }
        assertThat(loading(trained, 9, 0).tasks(1).get(0).references().normal()).hasSize(3);
        assertThatThrownBy(() -> loading(trained, 1, 1).tasks(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("anomalous references");
        assertThatThrownBy(() -> loading(dataset, 1, 0).tasks(1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no normal training image");
    }

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
    void nothingLeftToScoreIsAnErrorOfOneLine() throws IOException {
        for (String product : List.of("plate", "ring")) {
            for (String type : List.of("spot", "stain", "good")) {
                for (int i = type.equals("stain") ? 0 : 1; i < 5; i++) {
                    Path made = folder.resolve("made").resolve(product);
                    Files.delete(made.resolve("test/" + type + "/00" + i + ".png"));
                    Files.deleteIfExists(made.resolve("ground_truth/" + type + "/00" + i + "_mask.png"));
                }
            }
        }
        dataset = Dataset.open(folder, "made");
        EvaluationPlan plan = plan(List.of(17L), Setting.GENERAL, 4, 1, false);
        assertThatThrownBy(() -> run(plan, "one"))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("nothing left to score");
        assertThat(folder.resolve("one")).doesNotExist();
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

    @Test
    void aMapThatIsNotFiniteFailsByTheNameOfItsImage() {
        FewShotDetector broken = new BrightnessDetector() {
            @Override
            protected float value(float value, int x, int y) {
                return x == 3 && y == 2 ? Float.NaN : value;
            }
        };
        Evaluation evaluation = new Evaluation(
                plan(List.of(17L), Setting.GENERAL, 4, 1, false), broken, PROVENANCE, EvaluationListener.NONE);
        assertThatThrownBy(() -> evaluation.run(folder.resolve("nan")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("anomaly map of " + folder.resolve("made/plate/test/good/"))
                .hasMessageContaining("NaN at x 3, y 2");
    }

    @Test
    void scoresNoBetterThanChanceAreCalledThat() {
        Results results = run(plan(List.of(17L), Setting.GENERAL, 4, 1, false), "chance");
        ProductResult plate = results.products().get(0);
        Results made = new Results(
                results.format(),
                results.settings(),
                results.detector(),
                results.seeds(),
                results.provenance(),
                results.run(),
                List.of(with(plate, 0.51, 0.4, 0.6), with(results.products().get(1), 0.3, 0.2, 0.4)));
        assertThat(Caveats.of(made))
                .contains(
                        "plate: I-AUROC may be chance: its 95 % interval contains 0.5",
                        "ring: I-AUROC is below chance (0.5): good images score higher than defective ones");
        assertThat(Caveats.of(made)).anyMatch(caveat -> caveat.contains("only 4 good and 9 defective images"));
    }

    private static ProductResult with(ProductResult result, double auroc, double low, double high) {
        return new ProductResult(
                result.product(),
                result.seed(),
                result.normalReferences(),
                result.abnormalReferences(),
                result.referenceTypes(),
                new ImageMetrics(auroc, 0.5, 0.5, null),
                new Interval(low, high),
                result.pixel(),
                result.peaks(),
                result.thresholds(),
                result.images(),
                result.skipped(),
                result.lostMasks());
    }
}
