package dev.ideal4j.eval.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.eval.evaluate.BrightnessDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An audit that was stopped goes on where it stopped. */
class FalseAlarmAuditTest {
    private static final Map<String, Object> SETTINGS = Map.of("tests", 8);

    @TempDir
    private Path out;

    private final List<String> progress = new ArrayList<>();

    private static FalseAlarmAudit.Pool pool() {
        Random random = new Random(3);
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            byte[] samples = new byte[3 * 8 * 8];
            Arrays.fill(samples, (byte) (5 * i + random.nextInt(5)));
            images.add(new RgbImage(8, 8, samples));
        }
        return new FalseAlarmAudit.Pool("part", images, List.of());
    }

    /** The table of an audit; {@code null} keeps no counts. */
    private String audit(AuditFolder folder, BrightnessDetector detector) {
        FalseAlarmTable table = new FalseAlarmTable();
        FalseAlarmAudit.Plan plan = new FalseAlarmAudit.Plan(List.of(4, 6, 19), List.of(0.2), 2, 8, 3);
        new FalseAlarmAudit(detector, plan, table, folder, progress::add).run(pool(), 5);
        return table.markdown("m");
    }

    @Test
    void goesOnAfterAnInterruption() throws Exception {
        String whole = audit(null, new BrightnessDetector());
        assertThat(whole).contains("| 4 |").contains("| 6 |").doesNotContain("| 19 |");

        try (AuditFolder folder = AuditFolder.open(out, SETTINGS)) {
            assertThat(audit(folder, new BrightnessDetector())).isEqualTo(whole);
        }
        Path file = out.resolve("counts.jsonl");
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(3 * 3 * 2);
        // A kill in the middle of a line, after seven fits.
        Files.writeString(
                file,
                String.join("\n", lines.subList(0, 7)) + "\n" + lines.get(7).substring(0, 20));

        try (AuditFolder folder = AuditFolder.open(out, SETTINGS)) {
            assertThat(audit(folder, new BrightnessDetector())).isEqualTo(whole);
        }
        assertThat(Files.readAllLines(file)).isEqualTo(lines);
    }

    /** Counts that were kept are taken as they are, so nothing is fitted again. */
    @Test
    void keptCountsAreNotCountedAgain() throws Exception {
        try (AuditFolder folder = AuditFolder.open(out, SETTINGS)) {
            audit(folder, new BrightnessDetector());
        }
        Path file = out.resolve("counts.jsonl");
        Files.writeString(file, Files.readString(file).replaceAll("\"alarms\":\\d+", "\"alarms\":7"));
        try (AuditFolder folder = AuditFolder.open(out, SETTINGS)) {
            assertThat(audit(folder, new BrightnessDetector())).contains("| 21 of 24 = 87.5 % |");
        }
    }

    @Test
    void otherSettingsAndOtherLinesAreRefused() throws Exception {
        AuditFolder.open(out, SETTINGS).close();
        assertThatThrownBy(() -> AuditFolder.open(out, Map.of("tests", 9)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("a run with tests 8")
                .hasMessageContaining("tests 9, or a new folder");
        for (String line : List.of("{\"fit\":3}", "{}", "null")) {
            Files.writeString(out.resolve("counts.jsonl"), line + "\n");
            assertThatThrownBy(() -> AuditFolder.open(out, SETTINGS))
                    .as(line)
                    .isInstanceOf(FileFormatException.class)
                    .hasMessageContaining("the counts of a fit");
        }
        // The folder is free again.
        Files.delete(out.resolve("counts.jsonl"));
        AuditFolder.open(out, SETTINGS).close();
    }
}
