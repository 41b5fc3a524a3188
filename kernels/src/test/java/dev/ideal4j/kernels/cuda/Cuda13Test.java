package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.kernels.emulation.EmulatedKernels;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries of CUDA 13, emulated ones, in JVMs of their own that find none of version 12. */
class Cuda13Test {
    private static final String ON = "IDEAL4J_CUDA13=on or -Dideal4j.cuda13=on takes that";

    @TempDir
    static Path folder;

    @BeforeAll
    static void install() throws IOException {
        String reason = EmulatedDriver.reasonAgainst();
        for (ToolkitLibrary library : List.of(ToolkitLibrary.CUBLAS, ToolkitLibrary.NVRTC)) {
            ToolkitLibrary.Choice installed = library.choose(Map.of(ToolkitLibrary.ENVIRONMENT, "on"));
            reason = reason == null && installed.file() != null ? installed.file() + " is installed here" : reason;
        }
        if (reason != null) {
            EmulatedKernels.failIfRequired(reason);
            System.out.println("skipped: " + reason);
        }
        assumeTrue(reason == null, "skipped: " + reason);
        EmulatedDriver.install(folder);
        Files.delete(folder.resolve("libcublas.so.12"));
        EmulatedDriver.install(folder, "libcublas.so.13", "cublas");
    }

    @Test
    void whatIsTakenAndWhatIsNamed(@TempDir Path empty) throws IOException {
        Map<String, String> environment = new TreeMap<>(Map.of("LD_LIBRARY_PATH", empty.toString()));
        assertThat(ToolkitLibrary.CUBLAS.choose(environment).reason())
                .isEqualTo("no cuBLAS (libcublas.so.12, libcublas.so.13) found; install that of CUDA 12");
        Files.createFile(empty.resolve("libcublas.so.13"));
        assertThat(ToolkitLibrary.CUBLAS.choose(environment))
                .isEqualTo(new ToolkitLibrary.Choice(
                        null, "no cuBLAS of CUDA 12 (libcublas.so.12) found, but libcublas.so.13; " + ON));
        environment.put("IDEAL4J_CUDA13", "perhaps");
        assertThat(ToolkitLibrary.CUBLAS.choose(environment).reason()).endsWith("found perhaps, expected on or off");
        environment.put("IDEAL4J_CUDA13", "on");
        assertThat(ToolkitLibrary.CUBLAS.choose(environment))
                .isEqualTo(new ToolkitLibrary.Choice("libcublas.so.13", null));
        assertThat(CublasLibrary.reasonAgainst(environment, 13_000)).isNull();
        Files.createFile(empty.resolve("libcublas.so.12"));
        assertThat(ToolkitLibrary.CUBLAS.choose(environment))
                .isEqualTo(new ToolkitLibrary.Choice("libcublas.so.12", null));
        assertThat(ToolkitLibrary.NVRTC.choose(environment).reason())
                .isEqualTo("no NVRTC (libnvrtc.so.12, libnvrtc.so.13) found; install that of CUDA 12");
    }

    private static String detail(String name) {
        return new CudaProvider()
                .probe().stream()
                        .filter(each -> each.name().equals(name))
                        .findFirst()
                        .map(Availability::detail)
                        .orElseThrow();
    }

    private static void printError(String name, float[] expected) {
        try (Backend backend = Backends.open(name)) {
            System.out.println(Close.relativeError(name, CublasProductsTest.linear(backend), expected));
        }
    }

    private static float[] expected() {
        try (Backend reference = Backends.open("reference")) {
            return CublasProductsTest.linear(reference);
        }
    }

    /** Run by a child JVM: products by cuBLAS, not asked for at first. */
    static final class Products {
        public static void main(String[] arguments) throws IOException {
            CudaLibrary.reasonAgainst();
            EmulatedDriver.Number.DRIVER_VERSION.set(13_000);
            try {
                Backends.open("cuda:0:cublas").close();
            } catch (BackendUnavailableException e) {
                System.out.println(e.getMessage().lines().findFirst().orElse(""));
            }
            System.setProperty(ToolkitLibrary.PROPERTY, "on");
            System.out.println(detail("cuda:0:cublas"));
            float[] expected = expected();
            for (String variant : List.of("cublas", "tf32+cublas", "bf16+cublas")) {
                printError("cuda:0:" + variant, expected);
            }
            System.out.println(Files.lines(Path.of("/proc/self/maps"))
                    .filter(line -> line.contains("libcublas.so."))
                    .map(line -> line.replaceAll(".*/", ""))
                    .distinct()
                    .toList());
        }
    }

    @Test
    void productsAreThoseOfTheLibraryThatIsThere() throws Exception {
        List<String> lines = linesOf(Products.class, Map.of());
        assertThat(lines).hasSize(6);
        assertThat(lines.get(0))
                .startsWith("backend cuda:0:cublas is not available; ")
                .contains("cuda:0:cublas: no cuBLAS of CUDA 12 (libcublas.so.12) found, but libcublas.so.13; " + ON);
        assertThat(lines.get(1)).isEqualTo("the same, products by cuBLAS in float32 (libcublas.so.13)");
        assertThat(Double.parseDouble(lines.get(2))).isLessThanOrEqualTo(1e-6);
        assertThat(Double.parseDouble(lines.get(3))).isBetween(1e-6, 1e-3);
        assertThat(Double.parseDouble(lines.get(4))).isBetween(1e-4, 8e-3);
        assertThat(lines.get(5)).isEqualTo("[libcublas.so.13]");
    }

    /** Run by a child JVM: NVRTC 13 answers, but a driver for CUDA 12 is given the packaged PTX. */
    static final class Compiler {
        public static void main(String[] arguments) {
            System.out.println(detail("cuda:0:cublas"));
            System.out.println(CudaLibrary.reasonAgainstCompiler());
            System.out.println(RunTimeCompiler.version());
            System.out.println(RunTimeCompiler.reasonAgainst(12_060));
            System.out.println(RunTimeCompiler.reasonAgainst(13_000));
            System.out.println(detail("cuda:0").contains("libnvrtc"));
            printError("cuda:0", expected());
        }
    }

    @Test
    void aDriverThatIsTooOldIsGivenNeitherLibrary() throws Exception {
        EmulatedDriver.install(folder, "libnvrtc.so.13", "nvrtc");
        List<String> lines;
        try {
            lines = linesOf(Compiler.class, Map.of(ToolkitLibrary.ENVIRONMENT, "on"));
        } finally {
            Files.delete(folder.resolve("libnvrtc.so.13"));
        }
        assertThat(lines)
                .startsWith(
                        "libcublas.so.13 needs a driver for CUDA 13; this one is for 12.6",
                        "null",
                        "13.0",
                        "NVRTC 13.0 is too new for a driver for CUDA 12.6",
                        "null",
                        "false")
                .hasSize(7);
        assertThat(Double.parseDouble(lines.get(6))).isLessThanOrEqualTo(1e-6);
    }

    /** What a program prints in a JVM that finds the emulated libraries. */
    private static List<String> linesOf(Class<?> program, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        return out.lines().toList();
    }
}
