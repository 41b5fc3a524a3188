package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CudaProviderTest {
    @Test
    void aMissingDriverIsNamed() {
        assertThat(CudaLibrary.reason("libno-such-driver.so.1", Map.of()))
                .isEqualTo("no CUDA driver (libno-such-driver.so.1) found; install NVIDIA's driver");
    }

    @Test
    void aDriverThatDoesNotLoadIsAReasonNotACrash(@TempDir Path folder) throws Exception {
        boolean present = CudaLibrary.reasonAgainst() == null;
        Assumptions.assumeFalse(present, "this machine has a CUDA driver");
        // The file is on the loader's path as far as can be seen, but it is no library.
        Files.writeString(folder.resolve("libcuda.so.1"), "not a library");
        String reason = CudaLibrary.reason("libcuda.so.1", Map.of("LD_LIBRARY_PATH", folder.toString()));
        assertThat(reason).startsWith("JCuda's binding of the driver does not load: ");
        assertThat(reason).doesNotContain("\n");
    }

    @Test
    void probingIsQuietAndRepeatable() {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        PrintStream err = System.err;
        List<Availability> first;
        try (PrintStream both = new PrintStream(printed, true)) {
            System.setOut(both);
            System.setErr(both);
            first = new CudaProvider().probe();
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
        assertThat(printed.toString()).isEmpty();
        assertThat(first).isNotEmpty().isEqualTo(new CudaProvider().probe());
        assertThat(first).allSatisfy(device -> assertThat(device.detail()).isNotBlank());
    }

    @Test
    void whatIsAbsentCannotBeOpened() {
        boolean present = new CudaProvider().probe().get(0).available();
        Assumptions.assumeFalse(present, "this machine has a CUDA device");
        assertThatThrownBy(() -> Backends.open("cuda"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("cuda: ");
        assertThatThrownBy(() -> Backends.open("cuda:0")).isInstanceOf(BackendUnavailableException.class);
    }

    @Test
    void hopperCodeIsForHopperAlone() {
        assertThat(PackagedPtx.Target.HOPPER.runsOn(90)).isTrue();
        assertThat(PackagedPtx.Target.HOPPER.runsOn(100)).isFalse();
        assertThat(PackagedPtx.Target.AMPERE.runsOn(75)).isFalse();
        assertThat(PackagedPtx.Target.AMPERE.runsOn(120)).isTrue();
        assertThat(PackagedPtx.of("none", "no such source", 90)).isNull();
    }
}
