package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.testing.Required;
import dev.ideal4j.kernels.cuda.PackagedPtx.Target;
import dev.ideal4j.kernels.gpu.PortableSources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The PTX in the jar: made from the sources as they are, and taken by NVIDIA's PTX compiler, which needs no GPU.
 *
 * <p>{@code -Dptx.update=true} makes anew what is missing, with the {@code nvcc} on the path, and deletes what is stale.
 */
class PackagedPtxTest {
    private static final Path FOLDER = Path.of("src/main/resources/dev/ideal4j/kernels/cuda/ptx");
    private static final String HOW = "mvn -pl kernels -am test -Dtest=PackagedPtxTest -Dptx.update=true"
            + " -Dsurefire.failIfNoSpecifiedTests=false";

    /** A source and the target that it is compiled for. */
    private record Program(String name, String source, Target target) {
        Path file() {
            return FOLDER.resolve(PackagedPtx.file(name, source, target));
        }
    }

    private static List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        for (PortableSources.Source portable : PortableSources.all()) {
            programs.add(new Program(portable.name(), portable.text(), Target.TURING));
        }
        for (String file : CudaSources.FILES) {
            Target target = CudaSources.targets(file).contains("sm_80") ? Target.AMPERE : Target.HOPPER;
            Stream.of(CudaSources.read(file), CudaSources.readBounded(file))
                    .distinct()
                    .forEach(source -> programs.add(new Program(file.replace(".cu", ""), source, target)));
        }
        return programs;
    }

    @Test
    void isUpToDate() throws IOException {
        if (Boolean.getBoolean("ptx.update")) {
            update();
        }
        TreeSet<String> expected = new TreeSet<>();
        programs().forEach(program -> expected.add(program.file().getFileName().toString()));
        TreeSet<String> actual = new TreeSet<>(packaged());
        if (!expected.equals(actual)) {
            TreeSet<String> missing = new TreeSet<>(expected);
            missing.removeAll(actual);
            TreeSet<String> stale = new TreeSet<>(actual);
            stale.removeAll(expected);
            String reason = "packaged PTX is out of date: missing " + missing + ", stale " + stale
                    + "; with CUDA's nvcc on the path, run: " + HOW;
            if (hasNvcc()) {
                compileMissing();
            }
            if (Required.ptx()) {
                throw new AssertionError(reason);
            }
            Assumptions.abort(reason);
        }
    }

    private static boolean hasNvcc() {
        try {
            new ProcessBuilder("nvcc", "--version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            return true;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** What has no PTX yet must at least compile. */
    private static void compileMissing() throws IOException {
        for (Program program : programs()) {
            if (!Files.exists(program.file())) {
                String ptx = compile(program);
                if (PtxCompiler.reasonAgainst() == null) {
                    assertThat(PtxCompiler.compile(ptx, "sm_90a"))
                            .as(program.name())
                            .isEmpty();
                }
            }
        }
    }

    private static List<String> packaged() throws IOException {
        if (!Files.isDirectory(FOLDER)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static void update() throws IOException {
        Files.createDirectories(FOLDER);
        TreeSet<String> kept = new TreeSet<>();
        for (Program program : programs()) {
            kept.add(program.file().getFileName().toString());
            if (!Files.exists(program.file())) {
                Files.write(program.file(), zipped(compile(program)));
            }
        }
        for (String name : packaged()) {
            if (!kept.contains(name)) {
                Files.delete(FOLDER.resolve(name));
            }
        }
    }

    /** PTX by nvcc, labelled with the oldest version that its target has. */
    private static String compile(Program program) throws IOException {
        Path folder = Files.createDirectories(Path.of("target", "ptx"));
        Path source = Files.writeString(folder.resolve(program.name() + ".cu"), program.source());
        Path ptx = folder.resolve(program.name() + ".ptx");
        List<String> command = new ArrayList<>(List.of("nvcc", "--ptx"));
        command.addAll(PackagedPtx.OPTIONS);
        command.add("--gpu-architecture=" + program.target().architecture());
        command.add("--diag-suppress=177,550"); // macros declare more than each kernel uses
        command.addAll(List.of("-o", ptx.toString(), source.toString()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().remove("LD_PRELOAD"); // it is for JVMs, and makes others talk
        Process process = builder.start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            assertThat(process.waitFor()).as(log).isZero();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return Files.readString(ptx)
                .replaceAll("(?m)^//.*\\R", "")
                .replaceFirst(
                        "(?m)^\\.version .*$", ".version " + program.target().version());
    }

    private static byte[] zipped(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    @Tag("long")
    @TestFactory
    Stream<DynamicTest> isTakenByThePtxCompiler() {
        String reason = PtxCompiler.reasonAgainst();
        Assumptions.assumeTrue(reason == null, reason);
        return programs().stream()
                .filter(program -> Files.exists(program.file()))
                .flatMap(program -> devices(program.target())
                        .map(device -> dynamicTest(program.name() + " for " + device, () -> check(program, device))));
    }

    /** Tensor cores of every generation; portable kernels on the first and the last, or with -Dptx.devices=true on all. */
    private static Stream<String> devices(Target target) {
        return switch (target) {
            case TURING ->
                Boolean.getBoolean("ptx.devices")
                        ? Stream.concat(Stream.of("sm_75"), devices(Target.AMPERE))
                        : Stream.of("sm_75", "sm_120");
            case AMPERE -> Stream.of("sm_80", "sm_86", "sm_89", "sm_90a", "sm_100", "sm_120");
            case HOPPER -> Stream.of("sm_90a");
        };
    }

    private static void check(Program program, String device) throws IOException {
        String ptx = PackagedPtx.unzipped(Files.readAllBytes(program.file()));
        String log = PtxCompiler.compile(ptx, device);
        Assumptions.assumeTrue(log != null, "no compiler here knows " + device);
        assertThat(log).as("log").isEmpty();
    }

    /** A multiprocessor has 65,536 registers, and a block of attention 128 threads. */
    @Test
    void fourBlocksOfAttentionInBf16FitAMultiprocessor() throws IOException {
        String reason = PtxCompiler.reasonAgainst();
        Assumptions.assumeTrue(reason == null, reason);
        PackagedPtx ptx = PackagedPtx.of("attention", CudaSources.read("attention.cu"), 90);
        Assumptions.assumeTrue(ptx != null, "packaged PTX is out of date");
        int threads = CudaSources.number("attention.cu", "THREADS");
        for (String device : List.of("sm_80", "sm_90a")) {
            assertThat(4 * threads * PtxCompiler.registers(ptx.text(), device, "attention_bf16"))
                    .as(device)
                    .isLessThanOrEqualTo(65_536);
        }
    }

    /**
     * Indices are 64 bits wide, but nvcc divides them in 32 bits, which is several times faster, where both numbers fit. Each
     * 64-bit division is therefore reached by a condition alone.
     */
    @Test
    void indicesThatFitAreDividedIn32Bits() throws IOException {
        int divisions = 0;
        for (Program program : programs()) {
            if (!Files.exists(program.file())) {
                continue;
            }
            String before = "";
            for (String line : PackagedPtx.unzipped(Files.readAllBytes(program.file()))
                    .lines()
                    .toList()) {
                if (line.matches("\\s*(div|rem)\\.[su]64.*")) {
                    divisions++;
                    assertThat(before).as(program.name() + ": " + line).matches("\\s*@!?%p\\d+ bra.*");
                } else if (line.contains("bra") || line.startsWith("$L__")) {
                    before = line;
                }
            }
        }
        assertThat(divisions).isPositive();
    }

    @Test
    void isFoundOnTheClassPath() throws IOException {
        Assumptions.assumeFalse(Boolean.getBoolean("ptx.update"), "the class path was made before");
        for (Program program : programs()) {
            if (Files.exists(program.file())) {
                assertThat(PackagedPtx.of(program.name(), program.source(), 90))
                        .as(program.name())
                        .isEqualTo(new PackagedPtx(PackagedPtx.unzipped(Files.readAllBytes(program.file()))));
            }
        }
    }
}
