package dev.ideal4j.kernels.cpu.loops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.ChildJvm;
import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class VectorSupportTest {
    /** Opens the CPU backend twice and prints its description. */
    static final class Open {
        public static void main(String[] arguments) {
            for (int i = 0; i < 2; i++) {
                try (Backend backend = Backends.open("cpu")) {
                    System.out.println(backend.description());
                }
            }
        }
    }

    private static final String WARNING = "The CPU backend runs several times slower than it could: "
            + "the Vector API is not enabled; start Java with --add-modules jdk.incubator.vector";

    private static void assertWarnedOnce(ChildJvm child) {
        assertThat(child.exitCode()).isZero();
        assertThat(child.errors().lines())
                .filteredOn(line -> line.contains(WARNING))
                .as(child.errors())
                .hasSize(1);
        assertThat(child.out().lines()).hasSize(2).allSatisfy(description -> assertThat(description)
                .contains("the Vector API is not enabled"));
    }

    /** The class path of a program that has no SLF4J binding. */
    @Test
    void slowLoopsAreWarnedOfOnceWithoutALoggingBinding() throws Exception {
        String withoutBinding = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("slf4j-simple"))
                .collect(Collectors.joining(File.pathSeparator));
        assertWarnedOnce(ChildJvm.run(withoutBinding, List.of(), Open.class));
    }

    @Test
    void slowLoopsAreWarnedOfOnceThroughALoggingBinding() throws Exception {
        assertWarnedOnce(ChildJvm.run(null, List.of(), Open.class));
    }

    @Test
    void fastLoopsAreNoWarning() throws Exception {
        ChildJvm child = ChildJvm.run(null, List.of("--add-modules", "jdk.incubator.vector"), Open.class);
        assertThat(child.errors()).doesNotContain("slower than it could");
    }
}
