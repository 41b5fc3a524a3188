package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages and exit codes of wrong command lines. A message is one line and names the option as it was typed. */
class DetectUsageTest {
    @TempDir
    static Path data;

    private static Path normal;
    private static Path query;
    private static Path bad;
    private static Path mask;

    @BeforeAll
    static void images() {
        normal = CommandRun.image(data.resolve("normal.png"), 1);
        query = CommandRun.image(data.resolve("query.png"), 2);
        bad = CommandRun.image(data.resolve("bad.png"), 3, 40, 40, 30);
        mask = CommandRun.mask(data.resolve("mask.png"), 40, 40, 30);
    }

    private static void refused(int code, String said, Object... arguments) {
        CommandRun run = CommandRun.of(arguments);
        String command = Arrays.toString(arguments);
        assertThat(run.code()).as(command + run.err()).isEqualTo(code);
        assertThat(run.out()).as(command).isEmpty();
        String told = run.err().lines().reduce((first, second) -> second).orElse("");
        assertThat(told).as(command).contains(said);
        assertThat(run.err())
                .doesNotContain("Exception")
                .doesNotContain("unexpected")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @CsvSource({
        "--topk, 0",
        "--topk, 65",
        "--topr, -1",
        "--proj-alpha, 7",
        "--nheads, 0",
        "--nheads, 7",
        "--smoothing, -1",
        "--size, -14",
        "--size, 0",
        "--size, 15",
        "--size, 448000",
        "--heads, 0",
        "--heads, 3",
        "--threads, 0",
        "--threads, 5000",
        "--backend, foo",
        "--format, xml",
        "--detector, foo",
        "--backbone, random:foo",
        "--maps, npy",
        "--heatmap-scale, '1,2'",
        "--heatmap-scale, '2,1'",
        "--topk, x"
    })
    void aWrongValueIsAUsageErrorThatNamesTheOption(String option, String value) {
        refused(2, option, "detect", option, value, "--normal", normal, "--abnormal", bad, "--mask", mask, "--", query);
    }

    @ParameterizedTest
    @CsvSource({"--lr, 0", "--epochs, 0", "--dropout, 2", "--topk, 0"})
    void aWrongValueOfATrainingIsAUsageError(String option, String value) {
        refused(2, option, "train", "--data-root", data, "--target", "x", "--out", data.resolve("t"), option, value);
    }

    @Test
    void abnormalReferencesAloneMustBeAskedFor() {
        Object[] alone = {"detect", "--size", 112, "--abnormal", bad, "--mask", mask, "--", query};
        refused(2, "--normal is missing", alone);
        List<Object> asked = new ArrayList<>(List.of(alone));
        for (String detector : List.of("nagl", "visionad", "patchcore", "fdsl", "devnet")) {
            List<Object> other = new ArrayList<>(List.of("detect", "--detector", detector));
            other.addAll(List.of(alone).subList(1, alone.length));
            refused(2, "--normal is missing", other.toArray());
        }
        asked.add(1, "--without-normal");
        assertThat(CommandRun.of(asked.toArray()).code()).isZero();
        asked.add(1, "--normal");
        asked.add(2, normal);
        refused(2, "--without-normal", asked.toArray());
        refused(2, "--normal is missing", "fit", "--abnormal", bad, "--mask", mask, "--save", data.resolve("f"));
    }

    @Test
    void pseudoMasksNeedNoMasks() {
        CommandRun run = CommandRun.of(
                "detect", "--size", 112, "--pseudo-mask", "--normal", normal, "--abnormal", bad, "--", query);
        assertThat(run.code()).as(run.err()).isZero();
        refused(
                2,
                "--mask",
                "detect",
                "--pseudo-mask",
                "--normal",
                normal,
                "--abnormal",
                bad,
                "--mask",
                mask,
                "--",
                query);
    }

    @Test
    void masksThatDoNotMatchAreListed() {
        refused(
                1,
                bad.toString(),
                "detect",
                "--normal",
                normal,
                "--abnormal",
                bad,
                normal,
                "--mask",
                mask,
                "--",
                query);
    }

    @Test
    void forgottenDashesAreExplained() {
        refused(
                2,
                "--normal takes all arguments up to the next option; put -- before QUERY",
                "detect",
                "--normal",
                normal,
                query);
    }

    @Test
    void aMistypedCommandOrOptionGetsASuggestion() {
        refused(2, "did you mean detect", "detcet");
        refused(2, "did you mean --threads", "detect", "--thread", 3, "--normal", normal, "--", query);
    }

    @Test
    void aBackboneThatIsNoFileListsWhatThereIs() {
        refused(1, "builtin", "detect", "--backbone", "wieghts.pth", "--normal", normal, "--", query);
        refused(
                1,
                "ideal weights fetch dinov2_vitg14",
                "detect",
                "--backbone",
                "dinov2_vitg14",
                "--normal",
                normal,
                "--",
                query);
    }

    @Test
    void resultsThatAreNotThereAreNamed() throws IOException {
        refused(1, "nowhere: no such run", "compare", "nowhere", "x");
        refused(1, "no results.json in it", "compare", Files.createDirectories(data.resolve("no-run")), "x");
    }

    @Test
    void referencesAmongTheQueriesAndTwiceAreNoted() {
        CommandRun run = CommandRun.of("detect", "--size", 112, "--normal", normal, normal, "--", normal);
        assertThat(run.code()).isZero();
        assertThat(run.err()).contains("twice").contains("is a reference too");
    }

    @Test
    void oneLineSaysWhatStandsInForATrainedPart() {
        List<Object> given =
                List.of("detect", "--size", 112, "--normal", normal, "--abnormal", bad, "--mask", mask, "--encoder");
        CommandRun published = CommandRun.of(Stream.concat(given.stream(), Stream.of("published", "--", query))
                .toArray());
        assertThat(published.err()).contains("untrained (seed 17), so scores mean little");
        CommandRun known =
                CommandRun.of(Stream.concat(given.subList(0, given.size() - 1).stream(), Stream.of("--", query))
                        .toArray());
        assertThat(known.err())
                .containsOnlyOnce("no --checkpoint given: patches that deviate as the known defects do score higher")
                .doesNotContain("untrained");
        CommandRun unused = CommandRun.of("detect", "--size", 112, "--normal", normal, "--", query);
        assertThat(unused.err()).doesNotContain("untrained").doesNotContain("known defects");
    }

    @Test
    void trainingInAFitIsAnnouncedWithItsCost() {
        CommandRun run = CommandRun.of(
                "fit",
                "--detector",
                "devnet",
                "--size",
                64,
                "--fit-epochs",
                2,
                "--fit-steps",
                1,
                "--fit-batch",
                1,
                "--normal",
                normal,
                "--abnormal",
                bad,
                "--save",
                data.resolve("devnet.fitted"));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("hours on a CPU").contains("training: 2 epochs");
        assertThat(run.err().indexOf("hours on a CPU")).isLessThan(run.err().indexOf("epoch 1 of 2"));
    }

    @ParameterizedTest
    @CsvSource({
        "audit, --draws, 0",
        "audit, --images, 0",
        "audit, --tests, -1",
        "study, --difficulty, 1.5",
        "study, --n-shot, 0",
        "study, --test-good, 1",
        "study, --draws, 0",
        "study, --epochs, 0"
    })
    void numbersOutOfRangeAreNamedByTheOtherCommandsToo(String command, String option, String value) {
        Path out = data.resolve("refused");
        refused(2, option + ": found " + value + ", expected ", command, "--out", out, option, value);
        assertThat(out).doesNotExist();
    }
}
