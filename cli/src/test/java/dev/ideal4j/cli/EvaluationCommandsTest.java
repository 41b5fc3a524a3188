package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.core.testing.Trees;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.Results;
import dev.ideal4j.eval.evaluate.ScoredImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code ideal index}, {@code ideal evaluate} and {@code ideal compare}. */
class EvaluationCommandsTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int ideal(String... args) {
        return IdealCommand.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
    }

    /** Another draw's references, other counts and seeds: the second run takes all from the first one's results. */
    @Test
    void referencesOfAnEarlierRunCanBeTaken() throws IOException {
        MadeImages.write(folder.resolve("made"), 5);
        String[] data = {"evaluate", "--data-root", folder.toString(), "--target", "made", "--size", "112", "--out"};
        String first = folder.resolve("first").toString();
        assertThat(ideal(with(data, first, "--n-shot", "2", "--seed", "3", "4")))
                .isZero();
        String second = folder.resolve("second").toString();
        String file = first + "/results.json";
        assertThat(ideal(with(data, second, "--references-file", file, "--detector", "visionad")))
                .as(err.toString())
                .isZero();
        Results one = Results.read(Path.of(file));
        Results two = Results.read(Path.of(second, "results.json"));
        assertThat(two.seeds()).containsExactly(3L, 4L);
        assertThat(two.settings()).containsEntry("nShot", 2).containsEntry("referencesFile", file);
        for (int i = 0; i < one.products().size(); i++) {
            assertThat(two.products().get(i).normalReferences())
                    .isEqualTo(one.products().get(i).normalReferences());
            assertThat(two.products().get(i).images())
                    .extracting(image -> image.image())
                    .isEqualTo(one.products().get(i).images().stream()
                            .map(image -> image.image())
                            .toList());
        }
        assertThat(ideal(with(data, second, "--references-file", file, "--n-shot", "1")))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--n-shot: it comes from --references-file");
        assertThat(ideal(with(data, second, "--references-file", file, "--a-shot", "2")))
                .isEqualTo(2);
    }

    @Test
    void recordedReferencesCanBeUsedWithoutTheAnomalousOnes() throws IOException {
        MadeImages.write(folder.resolve("made"), 5);
        String[] data = {"evaluate", "--data-root", folder.toString(), "--target", "made", "--size", "112", "--out"};
        String first = folder.resolve("first").toString();
        assertThat(ideal(with(data, first, "--seed", "3", "--n-shot", "2", "--a-shot", "1")))
                .as(err.toString())
                .isZero();
        String second = folder.resolve("second").toString();
        assertThat(ideal(with(data, second, "--references-file", first + "/results.json", "--a-shot", "0")))
                .as(err.toString())
                .isZero();
        Results one = Results.read(Path.of(first, "results.json"));
        Results two = Results.read(Path.of(second, "results.json"));
        assertThat(two.settings()).containsEntry("nShot", 2).containsEntry("aShot", 0);
        for (int i = 0; i < one.products().size(); i++) {
            assertThat(one.products().get(i).abnormalReferences()).hasSize(1);
            assertThat(two.products().get(i).abnormalReferences()).isEmpty();
            assertThat(two.products().get(i).normalReferences())
                    .isEqualTo(one.products().get(i).normalReferences());
            assertThat(two.products().get(i).images())
                    .extracting(ScoredImage::image)
                    .isEqualTo(one.products().get(i).images().stream()
                            .map(ScoredImage::image)
                            .toList());
        }
    }

    private static String[] with(String[] some, String... more) {
        return Stream.concat(Stream.of(some), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    @Tag("golden")
    void indexWritesMetaJsonAndCounts() throws IOException {
        Path root = Trees.grow("AITEX", folder);
        assertThat(ideal("index", "--dataset", "AITEX", root.toString())).isZero();
        assertThat(root.resolve("meta.json")).hasSameTextualContentAs(Fixture.file("meta/AITEX.meta.json"));
        assertThat(out.toString()).isEqualToIgnoringNewLines("normal_samples 2 anomaly_samples 7");
        assertThat(err.toString()).contains("note: ").contains("--pairing name");
        Path byName = folder.resolve("named.json");
        assertThat(ideal(
                        "index",
                        "--dataset",
                        "AITEX",
                        "--pairing",
                        "name",
                        "--out",
                        byName.toString(),
                        root.toString()))
                .isZero();
        assertThat(Files.readString(byName)).contains("0066_023_01_1_mask.png");
    }

    @Test
    @Tag("golden")
    void indexNamesEveryMissingFile() throws IOException {
        Path root = Trees.grow("MPDD", folder);
        Files.delete(root.resolve("tubes/ground_truth/anomalous/000_mask.png"));
        Files.delete(root.resolve("connector/test/parts_mismatch/001.png"));
        assertThat(ideal("index", "--dataset", "MPDD", root.toString())).isEqualTo(1);
        assertThat(err.toString())
                .contains("missing: tubes/ground_truth/anomalous/000_mask.png")
                .contains("missing: connector/test/parts_mismatch/001.png")
                .contains("ideal: ");
        assertThat(root.resolve("meta.json")).doesNotExist();
    }

    @Test
    void evaluateWritesResultsAndReportAndCompareReadsThem() throws IOException {
        MadeImages.write(folder.resolve("made"), 4);
        for (String threads : List.of("1", "2")) {
            assertThat(evaluate("out" + threads, "--threads", threads, "--readers", threads))
                    .as(err.toString())
                    .isZero();
        }
        assertThat(out.toString())
                .contains("[refs] product=ring normal=[")
                .contains("Product              I-AUROC    I-AP       P-AUROC    P-PRO")
                .contains("======> Results on made:\t|| I-AUROC: ");
        Results one = Results.read(folder.resolve("out1/results.json"));
        assertThat(Results.read(folder.resolve("out2/results.json")).products()).isEqualTo(one.products());
        assertThat(one.provenance().backbone()).containsEntry("input", "56×56");
        assertThat(folder.resolve("out1/report.html")).content().contains("IDEAL on made");

        assertThat(ideal(
                        "compare",
                        folder.resolve("out1").toString(),
                        folder.resolve("out2/results.json").toString()))
                .isZero();
        assertThat(out.toString()).contains("B−A").contains("20 scores of 2 products in both");
    }

    @Test
    void aBrokenImageFailsByNameOrIsLeftOut() throws IOException {
        MadeImages.write(folder.resolve("made"), 3);
        String broken = new TestProtocol(new Shots(1, 1), Setting.GENERAL)
                .episodes(Dataset.open(folder, "made").index(), 17)
                .get(1)
                .queries()
                .get(2)
                .image();
        Files.write(folder.resolve("made").resolve(broken), new byte[] {1, 2, 3});
        assertThat(evaluate("out", "--products", "ring")).isEqualTo(1);
        assertThat(err.toString()).contains("ideal: ").contains(broken).doesNotContain("Exception");
        assertThat(evaluate("out", "--products", "ring", "--keep-going")).isZero();
        assertThat(err.toString()).contains("left out: ").contains("continuing: ");
        assertThat(out.toString()).contains("1 image left out");
    }

    private int evaluate(String to, String... more) {
        List<String> args = new ArrayList<>(List.of(
                "evaluate",
                "--data-root",
                folder.toString(),
                "--target",
                "made",
                "--backbone",
                "random:dinov2_vits14",
                "--size",
                "56",
                "--backend",
                "cpu",
                "--batch-size",
                "2",
                "--out",
                folder.resolve(to).toString()));
        if (List.of(more).contains("--batch-size")) {
            args.subList(args.indexOf("--batch-size"), args.indexOf("--batch-size") + 2)
                    .clear();
        }
        args.addAll(List.of(more));
        return ideal(args.toArray(String[]::new));
    }

    @Test
    void detectorsRunUnderOneProtocolAndStandSideBySide() throws IOException {
        MadeImages.write(folder.resolve("made"), 4);
        List<String> call = new ArrayList<>(List.of("compare"));
        for (String detector : List.of("ideal", "visionad", "nagl")) {
            assertThat(evaluate(detector, "--detector", detector, "--products", "ring"))
                    .as(err.toString())
                    .isZero();
            Results results = Results.read(folder.resolve(detector).resolve("results.json"));
            assertThat(results.detector()).containsEntry("method", detector);
            assertThat(results.run().cost().scoreSeconds()).isPositive();
            assertThat(results.run().cost().fitSeconds()).isPositive();
            call.add(folder.resolve(detector).toString());
        }
        assertThat(ideal(call.toArray(String[]::new))).isZero();
        assertThat(out.toString())
                .contains("detector                ideal   visionad       nagl")
                .contains("score, images/s")
                .contains("process peak, MB")
                .contains("A against C (here B)");
        call.add(1, "--detector");
        call.add(2, "ideal,nagl");
        int before = out.toString().length();
        assertThat(ideal(call.toArray(String[]::new))).isZero();
        assertThat(out.toString().substring(before))
                .contains("detector                ideal       nagl")
                .doesNotContain("visionad");
    }

    @Tag("long")
    @Test
    void oneMemoryBankServesAllProducts() throws IOException {
        MadeImages.write(folder.resolve("made"), 4);
        for (String choice : List.of("none", "query", "first")) {
            assertThat(evaluate(choice, "--detector", "visionad", "--multi-class", choice))
                    .as(err.toString())
                    .isZero();
            Results results = Results.read(folder.resolve(choice).resolve("results.json"));
            assertThat(results.products()).hasSize(2);
            assertThat(results.detector()).containsEntry("productChoice", choice.toUpperCase(Locale.ROOT));
        }
    }

    @Test
    void anOptionOfAnotherDetectorIsAWrongCall() {
        assertThat(evaluate("out", "--detector", "visionad", "--topk", "3")).isEqualTo(2);
        assertThat(err.toString()).contains("--topk is not an option of --detector visionad");
        assertThat(evaluate("out", "--detector", "none")).isEqualTo(2);
        assertThat(err.toString()).contains("ideal, visionad, patchcore");
        assertThat(evaluate("out", "--detector", "visionad", "--coreset", "half"))
                .isEqualTo(2);
        assertThat(ideal("train", "--detector", "visionad", "--data-root", "x", "--target", "x", "--out", "x"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nothing to train");
    }

    @Test
    void wrongCallsAreUsageErrors() {
        assertThat(ideal("evaluate", "--target", "x")).isEqualTo(2);
        assertThat(ideal("compare", "one.json")).isEqualTo(2);
        assertThat(ideal("index", "--dataset", "nothing", folder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("--dataset: found nothing, expected one of MVTecAD, VisA");
        assertThat(evaluate("out", "--test-ref-object", "ring")).isEqualTo(2);
    }

    @Test
    void valuesOutOfRangeAreUsageErrorsThatNameTheOptionAsTyped() throws IOException {
        MadeImages.write(folder.resolve("made"), 2);
        for (String wrong : List.of(
                "--n-shot=-1",
                "--a-shot=-1",
                "--a-ref-types=2",
                "--pro-thresholds=1",
                "--pro-num-thresholds=1",
                "--readers=0",
                "--batch-size=0",
                "--seed=-1",
                "--products=rung")) {
            String option = wrong.substring(0, wrong.indexOf('='));
            assertThat(evaluate("out", option, wrong.substring(wrong.indexOf('=') + 1)))
                    .as(wrong)
                    .isEqualTo(2);
            assertThat(err.toString()).contains(option + ": found ");
        }
        assertThat(err.toString()).contains("--products: found rung, expected one of plate, ring");
        assertThat(evaluate("out", "--seed", "3", "3")).isEqualTo(2);
        assertThat(ideal("demo", "--defective", "0", "--out", folder.toString()))
                .isEqualTo(2);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void settingsWithoutEffectAreRefusedWhereThereIsNoDefectiveReference() throws IOException {
        MadeImages.write(folder.resolve("made"), 3);
        CommandRun run = CommandRun.of(
                "evaluate",
                "--data-root",
                folder,
                "--target",
                "made",
                "--a-shot",
                0,
                "--topk",
                8,
                "--out",
                folder.resolve("out"));
        assertThat(run.code()).isEqualTo(2);
        assertThat(run.err()).contains("--topk: it has no effect");
    }

    @Test
    void compareSaysThatARunIsMissing() throws IOException {
        assertThat(ideal("compare", folder.resolve("x").toString(), "y")).isEqualTo(1);
        assertThat(err.toString()).contains("x: no such run; expected a folder that 'ideal evaluate' wrote");
        Files.createDirectories(folder.resolve("x"));
        assertThat(ideal("compare", folder.resolve("x").toString(), "y")).isEqualTo(1);
        assertThat(err.toString())
                .contains("x: no results.json in it; 'ideal evaluate' writes it when the run is done");
    }

    private void delete(String part) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("made").resolve(part))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void imagesWithoutMasksOrDefectsAreEvaluatedWithoutDefectiveReferences() throws IOException {
        MadeImages.write(folder.resolve("made"), 4);
        delete("plate");
        delete("ring/ground_truth");
        assertThat(evaluate("masks")).isEqualTo(1);
        assertThat(err.toString()).contains("no mask").contains("--a-shot 0");
        assertThat(evaluate("masks", "--a-shot", "0")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("note: ring: pixel metrics are undefined: a defective image has no mask");
        delete("ring/test/spot");
        delete("ring/test/stain");
        err.getBuffer().setLength(0);
        assertThat(evaluate("defects")).isEqualTo(1);
        assertThat(err.toString())
                .contains("ring: found no defective test image")
                .contains("--a-shot 0");
        assertThat(evaluate("defects", "--a-shot", "0")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("ring                 undefined  undefined  undefined  undefined")
                .contains("note: ring: image metrics are undefined: no scored image is defective");
        assertThat(Files.readString(folder.resolve("defects/report.html")))
                .contains("Image metrics are undefined: no scored image is defective.", "not defined")
                .doesNotContain(">false alarm<", "0.1500", "NaN");
    }

    @Test
    void aSetOfOneImageOfEachKindHasNothingLeftToScore() throws IOException {
        MadeImages.write(folder.resolve("made"), 1);
        delete("plate");
        delete("ring/test/spot");
        delete("ring/ground_truth/spot");
        assertThat(evaluate("one")).isEqualTo(1);
        assertThat(err.toString()).contains("nothing left to score").doesNotContain("Exception");
    }
}
