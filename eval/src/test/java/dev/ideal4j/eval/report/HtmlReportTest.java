package dev.ideal4j.eval.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.data.Datasets;
import dev.ideal4j.eval.data.MaskPairing;
import dev.ideal4j.eval.data.MetaJson;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.evaluate.BrightnessDetector;
import dev.ideal4j.eval.evaluate.Evaluation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.EvaluationPlan;
import dev.ideal4j.eval.evaluate.Provenance;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    @TempDir
    static Path folder;

    private static Path report;

    @BeforeAll
    static void make() throws IOException {
        MadeImages.write(folder.resolve("MVTecAD"), 8);
        Files.move(folder.resolve("MVTecAD/plate"), folder.resolve("MVTecAD/bottle"));
        Files.move(folder.resolve("MVTecAD/ring"), folder.resolve("MVTecAD/a <b>&'\"ü"));
        MetaJson.write(
                Datasets.index("folder", folder.resolve("MVTecAD"), MaskPairing.NAME)
                        .index(),
                folder.resolve("MVTecAD/meta.json"));
        TestProtocol protocol = new TestProtocol(new Shots(1, 1), Setting.GENERAL);
        EvaluationPlan plan = new EvaluationPlan(Dataset.open(folder, "MVTecAD"), protocol, List.of(17L));
        Provenance provenance = new Provenance(
                Map.of("java", "17"), Map.of("name", "cpu"), Map.of("name", "made"), Map.of("w.pth", "00ff"));
        Evaluation.Outcome outcome = new Evaluation(plan, new BrightnessDetector(), provenance, EvaluationListener.NONE)
                .run(folder.resolve("out"));
        report = folder.resolve("out/report.html");
        HtmlReport.write(outcome, report);
        HtmlReport.write(outcome, folder.resolve("out/again.html"));
    }

    /** The report of two seeds, with other image scores. */
    private static Path reportOf(String name, UnaryOperator<Float> scores) {
        EvaluationPlan plan = new EvaluationPlan(
                Dataset.open(folder, "MVTecAD"), new TestProtocol(new Shots(1, 1), Setting.GENERAL), List.of(17L, 18L));
        BrightnessDetector detector = new BrightnessDetector() {
            @Override
            protected float imageScore(float score) {
                return scores.apply(score);
            }
        };
        Provenance provenance = new Provenance(Map.of(), Map.of(), Map.of(), Map.of());
        Path file = folder.resolve(name).resolve("report.html");
        HtmlReport.write(
                new Evaluation(plan, detector, provenance, EvaluationListener.NONE).run(file.getParent()), file);
        return file;
    }

    @Test
    void aDetectorWithoutSkillIsShownAsThat() throws IOException {
        String html = Files.readString(reportOf("useless", score -> 1f));
        assertThat(html)
                .contains(
                        "I-AUROC may be chance: its 95 % interval contains 0.5",
                        "only 7 good and 15 defective images",
                        "0.5000 to 0.5000 over 2 seeds",
                        "<td>7 of 7 good images</td><td>0 of 15 defective images<small>flags every image</small>",
                        "<td>0 of 7 good images</td><td>15 of 15 defective images<small>flags no image</small>",
                        "Seed 17 of 17, 18: this section shows only this seed.",
                        ">missed</span>",
                        "The 6 of 15 defective images that scored lowest",
                        "Scores of all 22 images")
                .doesNotContain("found", "±0", ">flagged</span>");
    }

    @Test
    void detectionAndLocalisationAreToldApart() throws IOException {
        assertThat(Files.readString(report))
                .contains(
                        "Detection: is an image defective?",
                        "Localisation: which pixels are defective?",
                        "highest value of the map inside the defect",
                        ">peak in the defect</span>",
                        "95 % interval over images",
                        "P-PRO stable",
                        "With another build of NumPy, P-PRO may differ");
    }

    @Test
    void namesInChartsAreThoseOfOneElement() throws IOException {
        assertThat(Pattern.compile("\\sid=\"([^\"]+)\"")
                        .matcher(Files.readString(report))
                        .results()
                        .map(id -> id.group(1)))
                .doesNotHaveDuplicates();
    }

    @Test
    void labelsOfTheHistogramAreApart() throws IOException {
        int[] image = {0};
        String html = Files.readString(reportOf("ticks", score -> image[0]++ % 2 == 0 ? 0.3289f : 0.4455f));
        String svg = html.substring(html.indexOf("<svg "), html.indexOf("</svg>"));
        Matcher labels = Pattern.compile("<text x=\"([0-9.]+)\" y=\"([0-9.]+)\" text-anchor=\"middle\">")
                .matcher(svg);
        Map<String, List<Double>> rows = new HashMap<>();
        while (labels.find()) {
            rows.computeIfAbsent(labels.group(2), y -> new ArrayList<>()).add(Double.valueOf(labels.group(1)));
        }
        List<Double> row =
                rows.values().stream().max(Comparator.comparingInt(List::size)).orElseThrow();
        assertThat(row).hasSizeGreaterThan(1);
        for (int i = 1; i < row.size(); i++) {
            assertThat(row.get(i) - row.get(i - 1)).isGreaterThan(45);
        }
    }

    @Tag("long")
    @Test
    @Timeout(180)
    void aCutTableSaysSo() throws IOException, InterruptedException {
        try (Chromium chromium = Chromium.start()) {
            String cut = "document.querySelector('#summary + .scroll').classList.contains('wide')";
            chromium.window(1400, 900, false);
            chromium.open(report);
            assertThat(chromium.evaluate(cut).asBoolean()).isFalse();
            chromium.window(600, 900, false);
            chromium.open(report);
            assertThat(chromium.evaluate(cut).asBoolean()).isTrue();
        }
    }

    @Test
    void oneFileWithEverythingInIt() throws IOException {
        String html = Files.readString(report);
        assertThat(html)
                .contains(
                        "brightness on MVTecAD", "0.9788", "PRO 0.3", "w.pth", "00ff", "a &lt;b&gt;&amp;&#x27;&quot;ü")
                .doesNotContain("a <b>", "src=\"http", "href=\"http", "url(h", "NaN");
        assertThat(html.split("<svg ")).hasSize(1 + 2 * 4);
        assertThat(Files.size(report)).isLessThan(2_000_000);
        assertThat(folder.resolve("out/again.html")).hasSameBinaryContentAs(report);
    }

    @Tag("long")
    @Test
    @Timeout(180)
    void opensInABrowserWithoutComplaints() throws IOException, InterruptedException {
        try (Chromium chromium = Chromium.start()) {
            chromium.window(1280, 900, false);
            chromium.open(report);
            assertThat(chromium.evaluate("document.title").asText()).isEqualTo("brightness on MVTecAD");
            assertThat(chromium.evaluate("Promise.all([...document.querySelectorAll('main img')].map(i => i.decode()))"
                                    + ".then(() => [...document.querySelectorAll('main img')]"
                                    + ".filter(i => i.naturalWidth > 0 && i.width > 0).length)")
                            .asInt())
                    .isEqualTo(2 * (6 * 3 + 6 * 2));
            assertThat(chromium.evaluate("document.querySelectorAll('section.product').length")
                            .asInt())
                    .isEqualTo(2);
            lightAndDark(chromium);
            byKeyboard(chromium);
            onAPhone(chromium);
            assertThat(chromium.complaints()).isEmpty();
        }
    }

    private static void lightAndDark(Chromium chromium) throws IOException, InterruptedException {
        String ground = "getComputedStyle(document.body).backgroundColor";
        assertThat(chromium.evaluate(ground).asText()).isEqualTo("rgb(247, 247, 245)");
        chromium.window(1280, 900, true);
        assertThat(chromium.evaluate(ground).asText()).isEqualTo("rgb(17, 19, 24)");
        assertThat(ImageIO.read(new ByteArrayInputStream(chromium.screenshot(false)))
                        .getRGB(2, 500))
                .isEqualTo(0xff111318);
        chromium.evaluate("document.getElementById('theme').click()");
        assertThat(chromium.evaluate(ground).asText()).isEqualTo("rgb(247, 247, 245)");
    }

    private static void byKeyboard(Chromium chromium) throws InterruptedException {
        chromium.press("j");
        assertThat(chromium.evaluate("document.activeElement.classList.contains('product')")
                        .asBoolean())
                .isTrue();
        chromium.evaluate("document.querySelector('.zoom').click()");
        assertThat(chromium.evaluate("document.getElementById('viewer').open").asBoolean())
                .isTrue();
        String shown = chromium.evaluate("document.querySelector('#viewer p').textContent")
                .asText();
        chromium.press("ArrowRight");
        assertThat(chromium.evaluate("document.querySelector('#viewer p').textContent")
                        .asText())
                .isNotEqualTo(shown);
        chromium.evaluate("document.querySelector('#viewer button').click()");
        assertThat(chromium.evaluate("document.getElementById('viewer').open").asBoolean())
                .isFalse();
    }

    private static void onAPhone(Chromium chromium) throws InterruptedException {
        chromium.window(390, 844, false);
        assertThat(chromium.evaluate("document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);
    }
}
