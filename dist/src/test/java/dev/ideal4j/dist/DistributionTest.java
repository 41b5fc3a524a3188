package dev.ideal4j.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The archive, unpacked in an empty folder, with a Java that has no compiler. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "unpacks with unzip and runs the shell script")
class DistributionTest {
    @TempDir
    static Path folder;

    private static Path home;
    private static Path jre;

    @BeforeAll
    static void unpack() throws Exception {
        String name = System.getProperty("distribution");
        Path archive = Path.of("target", name + ".zip").toAbsolutePath();
        assertThat(run("unzip", "-q", archive.toString()).code()).isZero();
        home = folder.resolve(name);
        jre = folder.resolve("jre");
        String jlink = Path.of(System.getProperty("java.home"), "bin/jlink").toString();
        assertThat(run(jlink, "--add-modules", "java.se,jdk.incubator.vector", "--output", jre.toString())
                        .code())
                .isZero();
        assertThat(jre.resolve("bin/javac")).doesNotExist();
    }

    private record Run(int code, String out, String err) {}

    private static Run run(String... command) throws IOException, InterruptedException {
        Path out = folder.resolve("out.txt");
        Path err = folder.resolve("err.txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(key -> key.startsWith("IDEAL4J_") || key.equals("LD_PRELOAD"));
        builder.environment().put("JAVA_HOME", String.valueOf(jre));
        builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        int code = builder.start().waitFor();
        return new Run(code, Files.readString(out), Files.readString(err));
    }

    private static Run ideal(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(home.resolve("bin/ideal").toString()));
        command.addAll(List.of(arguments));
        return run(command.toArray(String[]::new));
    }

    @Test
    void hasLaunchersCompletionsAManualPageAndLicences() throws Exception {
        assertThat(Stream.of(
                        "LICENSE",
                        "THIRD-PARTY.txt",
                        "README.md",
                        "bin/ideal.bat",
                        "completions/ideal.bash",
                        "completions/_ideal",
                        "completions/ideal.fish",
                        "completions/ideal.ps1",
                        "man/man1/ideal.1",
                        "lib/ideal4j-cli.jar"))
                .allSatisfy(file -> assertThat(home.resolve(file)).isNotEmptyFile());
        assertThat(Files.isExecutable(home.resolve("bin/ideal"))).isTrue();
        assertThat(Files.readString(home.resolve("bin/ideal.bat")).replace("\r\n", ""))
                .as("lines of Windows")
                .doesNotContain("\n");
        assertThat(Files.readString(home.resolve("THIRD-PARTY.txt")))
                .contains("picocli", "jackson", "JOCL")
                .doesNotContainIgnoringCase("unknown license");
    }

    /** The jar may be linked into any program. */
    @Test
    void nothingInTheJarIsUnderTheGpl() throws IOException {
        List<String> licences = Files.readAllLines(home.resolve("THIRD-PARTY.txt")).stream()
                .filter(line -> line.contains("("))
                .toList();
        assertThat(licences).hasSizeGreaterThan(15).noneMatch(line -> line.matches("(?i).*\\b(A|L)?GPL\\b.*|.*GNU.*"));
    }

    @Test
    void theDemoRunsWithoutACompiler() throws Exception {
        Run run = ideal("demo", "--no-training", "--backend", "cpu");

        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("mean +\\d+ +0\\.9");
        assertThat(folder.resolve("ideal-out/demo/report.html")).isNotEmptyFile();
    }

    @Test
    void theVersionNamesTheJvmAndTheBackend() throws Exception {
        Run run = ideal("--version");

        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out().lines()).hasSize(3);
        assertThat(run.out())
                .startsWith(System.getProperty("distribution").replace("ideal4j-", "ideal4j "))
                .contains("backend ");
    }

    @Test
    void theJvmsOwnErrorsAreShown() throws Exception {
        Run run = run(
                "sh",
                "-c",
                "IDEAL4J_JAVA_OPTIONS=-Xnonsense " + home + "/bin/ideal info; code=$?; sleep 1; exit $code");

        assertThat(run.code()).isEqualTo(1);
        assertThat(run.err()).contains("Unrecognized option: -Xnonsense");
    }

    /** On a busy machine everything takes longer: then the JVM's own start, of which it takes six on a quiet one, is the measure. */
    @Test
    void helpTakesHalfASecond() throws Exception {
        String java = jre.resolve("bin/java").toString();
        assertThat(jre.resolve("lib/server/classes.jsa")).doesNotExist();
        assertThat(ideal("--help").out()).startsWith("Usage: ideal ");
        assertThat(run(java, "-Xshare:dump").code()).isZero();
        assertThat(ideal("--help").out()).startsWith("Usage: ideal ");
        assertThat(folder.resolve("cache/ideal4j")).isNotEmptyDirectory();
        List<Long> help = new ArrayList<>();
        List<Long> start = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            start.add(millis(() -> assertThat(run(java, "-version").code()).isZero()));
            help.add(millis(() -> assertThat(ideal("--help").out()).startsWith("Usage: ideal ")));
        }
        Collections.sort(help);
        Collections.sort(start);
        System.out.println(
                "ideal --help takes " + help.get(5) + " ms, java -version " + start.get(5) + " ms, medians of 10");
        assertThat(help.get(5)).isLessThan(Math.max(500, 8 * start.get(5)));
    }

    private interface Step {
        void run() throws Exception;
    }

    private static long millis(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    @Test
    void shellsAcceptTheirCompletions() throws Exception {
        assertThat(run("bash", "-n", home.resolve("completions/ideal.bash").toString())
                        .code())
                .isZero();
        Run bash = run(
                "bash",
                "-c",
                ". " + home.resolve("completions/ideal.bash")
                        + "; COMP_WORDS=(ideal det); COMP_CWORD=1; _complete_ideal; " + "echo ${COMPREPLY[@]}");
        assertThat(bash.out().strip()).isEqualTo("detect");
    }

    @Test
    void zshAcceptsItsCompletion() throws Exception {
        assumeThat(run("sh", "-c", "command -v zsh").code()).as("zsh").isZero();
        assertThat(run("zsh", "-n", home.resolve("completions/_ideal").toString()))
                .extracting(Run::code, Run::err)
                .containsExactly(0, "");
    }

    @Test
    void fishAcceptsItsCompletion() throws Exception {
        assumeThat(run("sh", "-c", "command -v fish").code()).as("fish").isZero();
        Run fish = run(
                "fish",
                "-c",
                "source " + home.resolve("completions/ideal.fish") + "; complete -C 'ideal detect --format '");
        // A word, a tab and the description of the option.
        assertThat(fish.out().lines().map(line -> line.split("\t")[0])).contains("JSON", "CSV");
    }

    @Test
    void theManualPageHasEveryCommand() throws Exception {
        assumeThat(run("sh", "-c", "command -v groff").code()).as("groff").isZero();
        Run page = run(
                "groff",
                "-man",
                "-ww",
                "-Tutf8",
                home.resolve("man/man1/ideal.1").toString());
        assertThat(page.code()).isZero();
        assertThat(page.err()).isEmpty();
        assertThat(page.out().replaceAll("\u001b\\[[0-9;]*m|.\b", ""))
                .contains("ideal detect", "ideal weights fetch", "--fail-on-anomaly", "EXIT STATUS");
    }
}
