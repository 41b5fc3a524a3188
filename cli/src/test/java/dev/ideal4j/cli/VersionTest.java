package dev.ideal4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class VersionTest {
    @Test
    void namesTheLibraryTheJvmAndTheBackend() {
        CommandRun run = CommandRun.of("--version");

        assertThat(run.code()).isZero();
        assertThat(run.lines()).hasSize(3);
        assertThat(run.lines().get(0)).startsWith("ideal4j ");
        assertThat(run.lines().get(1)).contains(System.getProperty("java.version"));
        assertThat(run.lines().get(2)).matches("backend (cpu|opencl:\\d+|cuda:\\d+): .+");
    }
}
