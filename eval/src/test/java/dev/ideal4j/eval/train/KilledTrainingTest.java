package dev.ideal4j.eval.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.training.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training in a child process that is killed without warning and started again. */
@Tag("long")
class KilledTrainingTest {
    @TempDir
    private Path folder;

    /** The child process. Arguments: data folder, output folder. */
    public static void main(String[] args) {
        SmallRun.run(Path.of(args[0]), Path.of(args[1]), TrainingListener.NONE, true);
    }

    @Test
    @Timeout(180)
    void checkpointsStayWholeAndTheResumedRunEndsInTheSameBits() throws IOException, InterruptedException {
        SmallRun.writeData(folder);
        Path whole = folder.resolve("whole");
        SmallRun.run(folder, whole, TrainingListener.NONE, false);
        Path out = folder.resolve("out");
        Path log = out.resolve("log.jsonl");
        // Kills in the first epoch, then while the checkpoints of the first epoch are written.
        for (int lines : new int[] {2, SmallRun.ITERATIONS}) {
            Process child = start(out);
            while (lines(log) < lines && child.isAlive()) {
                Thread.sleep(1);
            }
            child.destroyForcibly();
            assertThat(child.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
            assertWhole(out);
        }
        Process child = start(out);
        while (Trainer.finishedEpochs(out) < 1 && child.isAlive()) {
            Thread.sleep(1);
        }
        child.destroyForcibly();
        assertThat(child.waitFor()).as("killed, not ended").isEqualTo(128 + 9);
        assertWhole(out);
        assertThat(out.resolve("last.pth")).exists();
        SmallRun.run(folder, out, TrainingListener.NONE, true);
        TrainingTest.assertSameRuns(out, whole);
    }

    /** Each file that exists is complete. */
    private static void assertWhole(Path out) {
        for (String name : List.of("last.pth", "best.pth", "last.safetensors", "state.safetensors")) {
            if (Files.exists(out.resolve(name))) {
                try (WeightFile file = Checkpoints.open(out.resolve(name))) {
                    assertThat(file.names()).isNotEmpty().allSatisfy(tensor -> assertThat(
                                    Arrays.stream(toDoubles(file.read(tensor))).allMatch(Double::isFinite))
                            .isTrue());
                }
            }
        }
    }

    private static double[] toDoubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    private Process start(Path out) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules",
                        "jdk.incubator.vector",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledTrainingTest.class.getName(),
                        folder.toString(),
                        out.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("child.log").toFile()))
                .start();
    }

    private static long lines(Path file) throws IOException {
        return Files.exists(file)
                ? Files.readString(file).chars().filter(c -> c == '\n').count()
                : 0;
    }
}
