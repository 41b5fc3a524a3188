package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code tools/gpu/run.sh} with a program in place of Java, which passes, fails or hangs as a file beside it says. */
@EnabledOnOs(OS.LINUX)
@Tag("long")
class RunScriptTest {
    private static final String JAVA = """
            #!/bin/sh
            for last; do :; done
            case "$*" in
                *"Devices describe"*) echo "cpu: two threads"; echo "cuda:2: a GPU"; echo "cuda:2:bf16: not available: old" ;;
                *"Devices table"*) echo "the table has $(wc -l <"$last") lines" ;;
                *"Devices measure"*)
                    echo '{"what":"vit_s14"}'
                    [ ! -e measure-hangs ] || exec sleep 100
                    [ ! -e measure-fails ] || exit 3
                    ;;
                *ConsoleLauncher*)
                    echo "one :: SUCCESSFUL"
                    [ ! -e check-hangs ] || exec sleep 100
                    [ ! -e check-fails ] || { echo "two :: FAILED" && exit 1; }
                    ;;
            esac
            """;

    @TempDir
    private Path folder;

    private record Result(int code, String output) {}

    @BeforeEach
    void unpack() throws IOException {
        Files.copy(Path.of("..", "tools", "gpu", "run.sh"), folder.resolve("run.sh"));
        Path java = Files.createDirectories(folder.resolve("java/bin")).resolve("java");
        Files.writeString(java, JAVA);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(folder.resolve("modules/kernels-classes"));
        Files.writeString(folder.resolve("commit"), "made\n");
    }

    private Result run(String... options) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("sh", folder.resolve("run.sh").toString()));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("LD_PRELOAD");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    private Result measureAndCheck() throws IOException, InterruptedException {
        return run("-b", "cpu", "-s", "info bench golden", "-n", "1", "-T", "40");
    }

    private void let(String happen) throws IOException {
        Files.createFile(folder.resolve(happen));
    }

    @Test
    void everythingThatRunsLeavesATableAndAnArchive() throws Exception {
        Result result = measureAndCheck();
        assertThat(result.output)
                .contains("cpu: two threads")
                .containsPattern("bench +bench_cpu_1: done in")
                .containsPattern("golden +cpu: done in [0-9]+ s; 1 passed, 0 failed, 0 aborted")
                .endsWith("the table has 1 lines\n");
        assertThat(result.code).isZero();
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("results.jsonl", "results.tgz", "summary", "table", "bench_cpu_1.log", "golden_cpu.log")
                    .allMatch(name -> name.matches("[A-Za-z0-9._-]+"));
        }
    }

    /** Its lines so far count, and what comes after it runs. */
    @Test
    void aMeasurementThatIsStoppedIsNoFailedCheck() throws Exception {
        let("measure-hangs");
        Result result = measureAndCheck();
        assertThat(result.output)
                .containsPattern("bench_cpu_1: stopped after")
                .containsPattern("golden +cpu: done in")
                .endsWith("the table has 1 lines\n");
        assertThat(result.code).isZero();
    }

    @Test
    void aCheckThatIsStoppedHasFailed() throws Exception {
        let("check-hangs");
        Result result = measureAndCheck();
        assertThat(result.output)
                .containsPattern("golden +cpu: stopped after [0-9]+ s; 1 passed, 0 failed")
                .endsWith("the table has 1 lines\n");
        assertThat(result.code).isOne();
    }

    @Test
    void failuresOfChecksAndOfMeasurementsAreFailures() throws Exception {
        let("check-fails");
        Result check = measureAndCheck();
        assertThat(check.output).containsPattern("golden +cpu: failed in [0-9]+ s; 1 passed, 1 failed");
        assertThat(check.code).isOne();
        Files.delete(folder.resolve("check-fails"));
        let("measure-fails");
        Result measurement = measureAndCheck();
        assertThat(measurement.output).containsPattern("bench_cpu_1: failed in");
        assertThat(measurement.code).isOne();
    }

    /** A GPU of 2018 has no bf16, which is no failure. */
    @Test
    void precisionsThatADeviceLacksAreNotMeasured() throws Exception {
        Result result = run("-b", "cuda:2", "-s", "info bench", "-n", "1", "-T", "40");
        assertThat(result.output)
                .contains("cuda:2:bf16 not measured: see info")
                .containsPattern("bench_cuda_2_1: done in")
                .doesNotContain("bench_cuda_2_bf16");
        assertThat(result.code).isZero();
    }

    @Test
    void whatHasNoTimeLeftSaysSo() throws Exception {
        Result result = run("-b", "cpu", "-s", "bench golden", "-n", "1", "-T", "20");
        assertThat(result.output).contains("bench_cpu_1: not run: no time left", "cpu: not run: no time left");
        assertThat(result.code).isZero();
    }

    @Test
    void unknownStepsAndLimitsAreErrors() throws Exception {
        Result step = run("-s", "speed");
        assertThat(step.output).startsWith("run.sh: -s: found speed, expected some of");
        assertThat(step.code).isEqualTo(2);
        Result limit = run("-T", "soon");
        assertThat(limit.output).startsWith("run.sh: -T: found soon, expected seconds");
        assertThat(limit.code).isEqualTo(2);
    }
}
