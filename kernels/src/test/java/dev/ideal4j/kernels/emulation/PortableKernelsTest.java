package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.Backend;
import dev.ideal4j.kernels.conformance.Conformance;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.PortableSources;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The portable kernels in their CUDA dialect: every operation on an emulated device against the reference. */
class PortableKernelsTest {
    /** Their result is one number: always a single block. */
    private static final Set<String> SINGLE = Set.of("total", "adam_divisor");

    private static EmulatedRuntime runtime;
    private static Backend backend;
    private static Backend another;

    @BeforeAll
    static void open() {
        EmulatedKernels.requireCompiler();
        PortableSources.all().parallelStream().forEach(source -> EmulatedKernels.compile(source.name(), source.text()));
        runtime = new EmulatedRuntime("emulated", EmulatedRuntime.AMPERE);
        backend = new GpuBackend(runtime);
        another = new GpuBackend(new EmulatedRuntime("emulated", EmulatedRuntime.AMPERE));
    }

    @TestFactory
    Stream<DynamicNode> everyOperation() {
        Conformance conformance = new Conformance("emulated", () -> backend, () -> another, true);
        return Stream.concat(
                conformance.tests(),
                Stream.of(dynamicTest("every kernel ran in several blocks", PortableKernelsTest::everyKernelRan)));
    }

    /** The operations' sizes leave no kernel out. */
    private static void everyKernelRan() {
        Set<String> missed = new TreeSet<>();
        for (PortableSources.Source source : PortableSources.all()) {
            runtime.launched(source.name(), source.text()).forEach((kernel, blocks) -> {
                int least = SINGLE.contains(kernel) ? 1 : 2;
                if (blocks < least && !ranElsewhere(kernel, source)) {
                    missed.add(source.name() + ": " + kernel + " in " + blocks + " blocks");
                }
            });
        }
        assertThat(missed).isEmpty();
    }

    /** Whether a kernel ran in a program of other files; programs of the same ones differ in sizes, and must all run. */
    private static boolean ranElsewhere(String kernel, PortableSources.Source but) {
        return PortableSources.all().stream()
                .filter(source -> !source.name().equals(but.name()))
                .anyMatch(
                        source -> runtime.launched(source.name(), source.text()).getOrDefault(kernel, 0) > 1);
    }

    @AfterAll
    static void close() {
        Conformance.report();
        Stream.of(backend, another).filter(Objects::nonNull).forEach(Backend::close);
    }
}
