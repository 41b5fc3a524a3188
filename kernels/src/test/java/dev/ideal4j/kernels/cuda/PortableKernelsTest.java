package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.kernels.conformance.Conformance;
import dev.ideal4j.kernels.gpu.PortableSources;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The portable kernels in their CUDA dialect: every operation over an emulated driver against the reference. */
class PortableKernelsTest {
    private static final String NAME = "cuda:0";

    /** Their result is one number: always a single block. */
    private static final Set<String> SINGLE = Set.of("total", "adam_divisor");

    private static Backend backend;
    private static Backend another;

    @BeforeAll
    static void open() {
        assumeTrue(EmulatedDriver.isLoaded(), "the driver of this JVM is not the emulated one");
        backend = Backends.open(NAME);
        another = Backends.open(NAME);
    }

    @TestFactory
    Stream<DynamicNode> everyOperation() {
        Conformance conformance = new Conformance(NAME, () -> backend, () -> another);
        return Stream.concat(
                conformance.tests(),
                Stream.of(dynamicTest("every kernel ran in several blocks", PortableKernelsTest::everyKernelRan)));
    }

    /** The operations' sizes leave no kernel out. */
    private static void everyKernelRan() {
        Map<PortableSources.Source, Map<String, Integer>> launched =
                EmulatedDriver.launched(Path.of(System.getProperty(EmulatedDriver.PROPERTY)));
        Set<String> missed = new TreeSet<>();
        launched.forEach((source, kernels) -> kernels.forEach((kernel, blocks) -> {
            int least = SINGLE.contains(kernel) ? 1 : 2;
            if (blocks < least && !ranElsewhere(launched, kernel, source)) {
                missed.add(source.name() + ": " + kernel + " in " + blocks + " blocks");
            }
        }));
        assertThat(missed).isEmpty();
    }

    /** Whether a kernel ran in a program of other files; programs of the same ones differ in sizes, and must all run. */
    private static boolean ranElsewhere(
            Map<PortableSources.Source, Map<String, Integer>> launched, String kernel, PortableSources.Source but) {
        return launched.entrySet().stream()
                .filter(program -> !program.getKey().name().equals(but.name()))
                .anyMatch(program -> program.getValue().getOrDefault(kernel, 0) > 1);
    }

    @AfterAll
    static void close() {
        Conformance.report();
        Stream.of(backend, another).filter(Objects::nonNull).forEach(Backend::close);
    }
}
