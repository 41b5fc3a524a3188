package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.Close;
import dev.ideal4j.kernels.emulation.EmulatedKernels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** An NVRTC that does not know the device, in a JVM of its own over the emulated driver. */
@EnabledIf(
        value = "dev.ideal4j.kernels.emulation.EmulatedKernels#areAskedFor",
        disabledReason = "making the emulated driver takes a minute; runs with -Pvariants or IDEAL4J_REQUIRE=emulation")
class NvrtcTest {
    /** Run by a child JVM. */
    static final class Products {
        public static void main(String[] arguments) {
            System.out.println(RunTimeCompiler.version());
            float[] expected;
            try (Backend reference = Backends.open("reference")) {
                expected = CublasProductsTest.linear(reference);
            }
            try (Backend backend = Backends.open("cuda:0")) {
                System.out.println(Close.relativeError("cuda:0", CublasProductsTest.linear(backend), expected));
            }
        }
    }

    @Test
    void anNvrtcThatRefusesTheDeviceLeavesThePtxOfTheJar(@TempDir Path folder) throws Exception {
        String reason = EmulatedDriver.reasonAgainst();
        if (reason != null) {
            EmulatedKernels.failIfRequired(reason);
        }
        assumeTrue(reason == null, reason);
        EmulatedDriver.install(folder);
        EmulatedDriver.install(folder, "libnvrtc.so.12", "nvrtc");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dideal4j.kernel.cache=" + folder.resolve("cache"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Products.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(out).isZero();
        List<String> lines = out.lines().toList();
        assertThat(lines).contains("12.0");
        assertThat(out)
                .contains("cuda:0 takes the PTX of the jar for the kernels")
                .contains("NVRTC_ERROR_INVALID_OPTION")
                .contains("invalid value for --gpu-architecture");
        assertThat(Double.parseDouble(lines.get(lines.size() - 1))).isLessThanOrEqualTo(1e-6);
    }
}
