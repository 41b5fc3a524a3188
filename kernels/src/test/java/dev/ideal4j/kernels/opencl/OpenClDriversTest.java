package dev.ideal4j.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClDriversTest {
    @TempDir
    Path registry;

    private boolean forProcessorsAlone(Map<String, String> environment) {
        return OpenClDrivers.areForProcessorsAlone(registry, environment);
    }

    private void register(String file, String library) throws IOException {
        Files.writeString(registry.resolve(file), library);
    }

    @Test
    void knownDriversOfProcessorsAreTold() throws IOException {
        register("pocl.icd", "libpocl.so.2.10.0\n");
        register("intel.icd", "/opt/intel/lib/libintelocl.so");
        register("README", "no driver");
        assertThat(forProcessorsAlone(Map.of())).isTrue();
    }

    @Test
    void inDoubtThereMayBeAGpu() throws IOException {
        assertThat(forProcessorsAlone(Map.of())).as("nothing registered here").isFalse();
        assertThat(OpenClDrivers.areForProcessorsAlone(registry.resolve("none"), Map.of()))
                .as("no registry")
                .isFalse();
        register("pocl.icd", "libpocl.so.2.10.0");
        assertThat(forProcessorsAlone(Map.of("OCL_ICD_VENDORS", "/elsewhere"))).isFalse();
        register("other.icd", "/opt/libpocl/libgpu.so");
        assertThat(forProcessorsAlone(Map.of())).isFalse();
    }

    /** What the child JVM runs: prints whether PoCL is in its memory once the named backend, or the best, is open. */
    static final class Open {
        public static void main(String[] arguments) throws IOException {
            try (Backend backend = arguments.length == 0 ? Backends.best() : Backends.open(arguments[0])) {
                String memory = Files.readString(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1);
                System.out.println(backend.name() + " " + memory.contains("libpocl"));
            }
        }
    }

    @Test
    void automaticChoiceLeavesThemAlone() throws Exception {
        assumeTrue(OpenClLibrary.reasonAgainst() == null, OpenClLibrary.reasonAgainst());
        assumeTrue(OpenClDrivers.areForProcessorsAlone(), "drivers other than PoCL are registered");
        assertThat(child()).isEqualTo("cpu false");
        assertThat(child("cpu")).isEqualTo("cpu false");
        assertThat(child("opencl")).isEqualTo("opencl:0 true");
    }

    private static String child(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Open.class.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove(Backends.ENVIRONMENT);
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.strip();
    }
}
