package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ideal}: streams, locale and messages of the JVM. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the launcher is a shell script")
class LauncherTest {
    @TempDir
    static Path home;

    private static InstalledLauncher launcher;

    @BeforeAll
    static void install() throws IOException {
        launcher = InstalledLauncher.in(home);
        for (int i = 0; i < 200; i++) {
            CommandRun.image(home.resolve(String.format("%03d.png", i)), i);
        }
    }

    private static ProcessBuilder shell(String command) {
        return launcher.shell(command);
    }

    /** Exit code, standard output and standard error of a shell command. */
    private static CommandRun run(String command) throws Exception {
        Path err = Files.createTempFile(home, "err", "");
        Process process = shell(command).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return new CommandRun(code, out, Files.readString(err));
    }

    @Test
    void theJvmsOwnErrorsAreShown() throws Exception {
        // The command after it gives the filter time to end.
        CommandRun run = run("IDEAL4J_JAVA_OPTIONS=-Xnonsense ./ideal info; code=$?; sleep 1; exit $code");
        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("Unrecognized option: -Xnonsense");
    }

    /** Help comes from an archive of classes, which the first call makes. */
    @Test
    void helpMakesAnArchiveOnceLoadsNoBackendAndSaysNothingElse() throws Exception {
        String first = run("./ideal --help").out();
        String options = "IDEAL4J_JAVA_OPTIONS=-Xlog:class+load:file=loaded-for-help ";
        CommandRun run = run(options + "./ideal --help");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).isEqualTo(first).startsWith("Usage: ideal ");
        try (var archives = Files.list(home.resolve("cache/ideal4j"))) {
            assertThat(archives).hasSize(1);
        }
        assertThat(Files.readAllLines(home.resolve("loaded-for-help")))
                .noneMatch(line -> line.contains("dev.ideal4j.kernels.") || line.contains("org.jocl."))
                .noneMatch(line -> line.contains("dev.ideal4j.detectors.DetectorMethods "));
    }

    @Test
    void helpWithoutAPlaceForItsArchiveStillRuns() throws Exception {
        CommandRun run = run("XDG_CACHE_HOME=/dev/null ./ideal help detect");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("Usage: ideal detect ");
        assertThat(run.err()).isEmpty();
        assertThat(run("IDEAL4J_JAVA_OPTIONS=-Xnonsense ./ideal --help; exit $?")
                        .err())
                .contains("Unrecognized option: -Xnonsense");
    }

    @Test
    void aRunThatIsFineSaysNothingOnStandardError() throws Exception {
        CommandRun run = run("./ideal info");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("ideal4j");
        assertThat(run.err()).isEmpty();
    }

    /** Looking for devices loads their drivers, which costs tens of megabytes and, with PoCL, more. */
    @Test
    void aBackendThatIsNamedIsOpenedWithoutLookingForOthers() throws Exception {
        CommandRun run =
                run("IDEAL4J_JAVA_OPTIONS=-Xlog:class+load:file=loaded ./ideal detect --backend cpu --size 112 "
                        + "--format csv --normal 001.png -- 002.png");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(Files.readString(home.resolve("loaded")))
                .contains("dev.ideal4j.kernels.cpu.CpuBackend ")
                .doesNotContain("org.jocl.CL ");
    }

    @Test
    void withoutAPlaceForItsPipeItStillRuns() throws Exception {
        CommandRun run = run("TMPDIR=/nowhere ./ideal info");
        assertThat(run.code()).isZero();
        assertThat(run.out()).startsWith("ideal4j");
    }

    @Test
    void aClosedOrFullStandardOutputEndsWithExitCode1() throws Exception {
        CommandRun closed = run("./ideal info >&-");
        assertThat(closed.code()).isEqualTo(1);
        assertThat(closed.err()).contains("standard output is closed");
        if (Files.exists(Path.of("/dev/full"))) {
            CommandRun full = run("./ideal info >/dev/full");
            assertThat(full.code()).isEqualTo(1);
            assertThat(full.err()).isEqualTo("ideal: standard output: No space left on device\n");
        }
    }

    @Test
    void aClosedStandardErrorOrInputIsFine() throws Exception {
        assertThat(run("./ideal info 2>&- <&-").out()).startsWith("ideal4j");
        assertThat(run("./ideal info 2>&-; exit $?").code()).isZero();
    }

    @Test
    void namesBeyondAsciiWorkInTheCLocale() throws Exception {
        CommandRun run = run("mkdir -p q; cp 007.png \"q/$(printf '\\303\\274 #%%').png\"; "
                + "LC_ALL=C ./ideal detect --size 112 --format csv --normal 001.png -- q/*.png q");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(1)).startsWith("q/ü #%.png,");
        assertThat(run.lines().get(2)).isEqualTo(run.lines().get(1));
    }

    @Test
    void aKilledRunLeavesWhatItHasFound() throws Exception {
        Process process = shell("exec ./ideal detect --size 112 --format jsonl --out out --normal 000.png -- ???.png")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (int i = 0; i < 5; i++) {
            assertThat(new ObjectMapper().readTree(out.readLine()).path("score").isNumber())
                    .isTrue();
        }
        process.destroyForcibly().waitFor();
        JsonNode scores =
                new ObjectMapper().readTree(home.resolve("out/scores.json").toFile());
        assertThat(scores.size()).isBetween(4, 199);
        for (JsonNode entry : scores) {
            assertThat(home.resolve("out").resolve(entry.path("heatmap").asText()))
                    .exists();
        }
    }
}
