package dev.ideal4j.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A JVM of its own, whose OpenCL finds no driver or a broken one: it says why, prints nothing else, and lives. */
class OpenClAbsenceTest {
    @TempDir
    Path folder;

    /** What the child JVM runs. */
    static final class Describe {
        public static void main(String[] arguments) {
            Backends.describe().stream()
                    .filter(backend -> backend.name().startsWith("opencl"))
                    .forEach(backend ->
                            System.out.println(backend.name() + " " + backend.available() + " " + backend.detail()));
        }
    }

    @Test
    void noDriver() throws Exception {
        assertThat(describe(folder))
                .containsExactly("opencl false no OpenCL device found; install the driver of the device, or PoCL");
    }

    @Test
    void aDriverThatDoesNotLoad() throws Exception {
        Path driver = Files.writeString(folder.resolve("libbroken.so"), "not a library");
        Files.writeString(folder.resolve("broken.icd"), driver.toString());
        assertThat(describe(folder))
                .containsExactly("opencl false no OpenCL device found; install the driver of the device, or PoCL");
    }

    /** The standard output of a JVM whose OpenCL loader looks for drivers in a folder. */
    private static List<String> describe(Path drivers) throws IOException, InterruptedException {
        assumeTrue(OpenClLibrary.reasonAgainst() == null, OpenClLibrary.reasonAgainst());
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Describe.class.getName());
        // The variables of the two usual loaders.
        builder.environment().put("OCL_ICD_VENDORS", drivers.toString() + "/");
        builder.environment().put("OPENCL_VENDOR_PATH", drivers.toString());
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().toList();
    }
}
