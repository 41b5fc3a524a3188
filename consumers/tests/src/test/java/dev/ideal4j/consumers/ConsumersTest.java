package dev.ideal4j.consumers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs of others give the right scores, and nothing on standard error but what helps. */
class ConsumersTest {
    private static final Path APP = Path.of("../app/target").toAbsolutePath().normalize();
    private static final Path SPRING =
            Path.of("../spring/target").toAbsolutePath().normalize();
    private static final String VERSION = "-" + System.getProperty("project.version") + ".jar";
    private static final String MAIN = "org.example.app.Main";
    private static final String FLAG = "--add-modules=jdk.incubator.vector";

    /** What the JVM says, and no option turns off. */
    private static final String INCUBATOR = "WARNING: Using incubator modules: jdk.incubator.vector";

    /** The platform's modules that docs/embedding.md lists for jlink. */
    private static final String IMAGE_MODULES = "java.desktop,java.logging,jdk.incubator.vector,jdk.management";

    @TempDir
    static Path folder;

    private static double good;
    private static double scratched;

    /** The right scores are those in float64, by the backend for comparison. */
    @BeforeAll
    static void scoreInDoublePrecision() throws Exception {
        Jvm jvm = Jvm.all().findFirst().orElseThrow();
        ProgramRun run = ProgramRun.of(
                Map.of("IDEAL4J_BACKEND", "reference"), command(jvm, List.of(), List.of("-cp", everything(), MAIN)));
        assertThat(run.code()).isZero();
        good = run.number("good");
        scratched = run.number("scratched");
        assertThat(scratched).isGreaterThan(1.5 * good);
    }

    /** All that others run, by its layout: options and main class. */
    enum Layout {
        CLASS_PATH("-cp", everything(), MAIN),
        MODULE_PATH("-p", everything(), "-m", "org.example.app/" + MAIN),
        SHADED("-jar", APP.resolve("app-shaded.jar").toString()),
        SPRING_BOOT("-jar", SPRING.resolve("spring" + VERSION).toString());

        private final List<String> arguments;

        Layout(String... arguments) {
            this.arguments = List.of(arguments);
        }
    }

    private static String everything() {
        return path(name -> true);
    }

    private static String path(Predicate<String> wanted) {
        try (Stream<Path> jars = Files.list(APP.resolve("lib"))) {
            return Stream.concat(Stream.of(APP.resolve("app" + VERSION)), jars.sorted())
                    .filter(jar -> wanted.test(jar.getFileName().toString()))
                    .map(Path::toString)
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> command(Jvm jvm, List<String> options, List<String> program) {
        List<String> command = new ArrayList<>(List.of(jvm.java(), "-Xmx512m"));
        if (jvm.version() >= 24) {
            // Without it the JVM warns of OpenCL's binding, as docs/embedding.md says.
            boolean modules = program.contains("-m");
            boolean jocl = !program.contains("-p") || program.stream().anyMatch(word -> word.contains("jocl"));
            if (!modules || jocl) {
                command.add("--enable-native-access=" + (modules ? "jocl" : "ALL-UNNAMED"));
            }
        }
        command.addAll(options);
        command.addAll(program);
        return command;
    }

    private static void assertRight(ProgramRun run) {
        assertThat(run.code()).as("%s", run.err()).isZero();
        assertThat(run.out()).filteredOn(line -> line.startsWith("backend ")).hasSize(1);
        assertThat(run.number("good")).isCloseTo(good, within(1e-4));
        assertThat(run.number("scratched")).isCloseTo(scratched, within(1e-4));
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.consumers.Jvm#all")
    void withTheVectorModuleNothingIsSaid(Jvm jvm) throws Exception {
        for (Layout layout : Layout.values()) {
            ProgramRun run = ProgramRun.of(Map.of(), command(jvm, List.of(FLAG), layout.arguments));

            assertRight(run);
            assertThat(run.err()).as("%s", layout).containsExactly(INCUBATOR);
            assertThat(run.out()).as("%s", layout).anyMatch(line -> line.contains("Vector API"));
            assertThat(run.out()).as("%s", layout).hasSize(4);
            if (layout == Layout.SPRING_BOOT) {
                assertThat(run.number("measured")).isEqualTo(2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.consumers.Jvm#all")
    void withoutTheVectorModuleOneLineNamesTheFlag(Jvm jvm) throws Exception {
        for (Layout layout : Layout.values()) {
            ProgramRun run = ProgramRun.of(Map.of(), command(jvm, List.of(), layout.arguments));

            assertRight(run);
            List<String> warnings = Stream.concat(run.out().stream(), run.err().stream())
                    .filter(line -> line.contains("WARN"))
                    .toList();
            assertThat(warnings).as("%s", layout).hasSize(1);
            assertThat(warnings.get(0)).contains("slower", "--add-modules jdk.incubator.vector");
            assertThat(run.out().size() + run.err().size())
                    .as("%s %s", layout, run)
                    .isEqualTo(5);
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.consumers.Jvm#all")
    void aLinkedImageRuns(Jvm jvm) throws Exception {
        Path image = folder.resolve("image-" + jvm.version());
        String jlink = jvm.home().resolve("bin/jlink").toString();
        ProgramRun link =
                ProgramRun.of(Map.of(), List.of(jlink, "--add-modules", IMAGE_MODULES, "--output", image.toString()));
        assertThat(link.code()).as("%s %s", link.out(), link.err()).isZero();

        for (Layout layout : List.of(Layout.MODULE_PATH, Layout.CLASS_PATH)) {
            ProgramRun run =
                    ProgramRun.of(Map.of(), command(new Jvm(image, jvm.version()), List.of(FLAG), layout.arguments));

            assertRight(run);
            assertThat(run.err()).as("%s", layout).containsExactly(INCUBATOR);
        }
    }

    @Test
    void theServiceOfTheGuideSwapsAProductAndCancels() throws Exception {
        Jvm jvm = Jvm.all().findFirst().orElseThrow();
        List<String> program = List.of("-p", everything(), "-m", "org.example.app/org.example.app.Service");
        ProgramRun run = ProgramRun.of(Map.of(), command(jvm, List.of(FLAG), program));

        assertThat(run.code()).as("%s", run.err()).isZero();
        assertThat(run.number("scored")).isEqualTo(20);
        assertThat(run.number("scratched")).isCloseTo(scratched, within(1e-4));
        assertThat(run.out()).contains("late cancelled");
        assertThat(run.err()).containsExactly(INCUBATOR);
    }

    @Test
    void withoutJoclAndJCudaTheCpuServes() throws Exception {
        Jvm jvm = Jvm.all().findFirst().orElseThrow();
        String jars = path(name -> !name.startsWith("jocl") && !name.startsWith("jcu"));
        assertThat(jars).hasSizeLessThan(everything().length());
        for (List<String> program :
                List.of(List.of("-cp", jars, MAIN), List.of("-p", jars, "-m", "org.example.app/" + MAIN))) {
            ProgramRun run = ProgramRun.of(Map.of(), command(jvm, List.of(FLAG), program));

            assertRight(run);
            assertThat(run.err()).containsExactly(INCUBATOR);
            assertThat(run.out()).anyMatch(line -> line.startsWith("backend cpu"));
        }
    }

    @Test
    void aHiddenOrBrokenOpenClDriverMakesNoNoise() throws Exception {
        Jvm jvm = Jvm.all().findFirst().orElseThrow();
        Path none = Files.createDirectory(folder.resolve("none"));
        Path missing = Files.createDirectory(folder.resolve("missing"));
        Files.writeString(missing.resolve("missing.icd"), "/nowhere/libmissing.so\n");
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.writeString(broken.resolve("libOpenCL.so"), "no library\n");
        Files.writeString(broken.resolve("libOpenCL.so.1"), "no library\n");

        for (Map<String, String> environment : List.of(
                Map.of("OCL_ICD_VENDORS", none.toString()),
                Map.of("OCL_ICD_VENDORS", missing.toString()),
                Map.of("LD_LIBRARY_PATH", broken.toString()))) {
            ProgramRun run = ProgramRun.of(environment, command(jvm, List.of(FLAG), Layout.CLASS_PATH.arguments));

            assertRight(run);
            assertThat(run.err()).as("%s", environment).containsExactly(INCUBATOR);
        }
    }
}
