package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A run in a child process that is killed without warning and started again. */
class KilledRunTest {
    private static final Provenance PROVENANCE =
            new Provenance(Map.of("ideal4j", "test"), Map.of("name", "none"), Map.of(), Map.of());

    @TempDir
    Path folder;

    /** The child process. Arguments: data folder, output folder, log of scored images, milliseconds per image. */
    public static void main(String[] args) {
        Path log = Path.of(args[2]);
        BrightnessDetector slow = new BrightnessDetector(image -> {
            try {
                Files.writeString(
                        log,
                        Arrays.hashCode(image.samples()) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
                Thread.sleep(Long.parseLong(args[3]));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        new Evaluation(plan(Path.of(args[0])), slow, PROVENANCE, EvaluationListener.NONE).run(Path.of(args[1]));
    }

    private static EvaluationPlan plan(Path data) {
        TestProtocol protocol = new TestProtocol(new Shots(1, 1), Setting.GENERAL);
        Dataset dataset = Dataset.open(data.getParent(), data.getFileName().toString());
        EvaluationPlan usual = new EvaluationPlan(dataset, protocol, List.of(17L));
        return new EvaluationPlan(
                dataset,
                protocol,
                List.of(17L),
                List.of(),
                usual.references(),
                EvaluationRules.USUAL,
                50,
                2,
                1,
                false,
                false);
    }

    @Tag("long")
    @Test
    @Timeout(120)
    void noImageIsLostOrScoredTwice() throws IOException, InterruptedException {
        Path data = MadeImages.write(folder.resolve("made"), 6);
        Path out = folder.resolve("out");
        Path journal = out.resolve("run/journal.jsonl");
        for (int lines : new int[] {5, 21}) {
            Process child = start(data, out, 40);
            while (lines(journal).size() < lines && child.isAlive()) {
                Thread.sleep(10);
            }
            child.destroyForcibly();
            assertThat(child.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
        }
        List<String> kept = lines(journal);
        assertThat(kept).hasSizeGreaterThanOrEqualTo(21).doesNotHaveDuplicates();

        Process last = start(data, out, 0);
        assertThat(last.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(last.exitValue()).isZero();
        assertThat(lines(journal)).hasSize(32).doesNotHaveDuplicates().startsWith(kept.toArray(String[]::new));

        // Only images that were not yet in the journal at a kill, at most two batches, were scored again.
        List<String> scored = lines(folder.resolve("log"));
        Set<String> distinct = new HashSet<>(scored);
        assertThat(distinct).hasSize(32);
        assertThat(scored.size() - distinct.size()).isBetween(0, 8);

        Results undisturbed = new Evaluation(plan(data), new BrightnessDetector(), PROVENANCE, EvaluationListener.NONE)
                .run(folder.resolve("undisturbed"))
                .results();
        assertThat(Results.read(out.resolve("results.json")).products()).isEqualTo(undisturbed.products());
    }

    private Process start(Path data, Path out, int milliseconds) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledRunTest.class.getName(),
                        data.toString(),
                        out.toString(),
                        folder.resolve("log").toString(),
                        Integer.toString(milliseconds))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("child.log").toFile()))
                .start();
    }

    private static List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
}
