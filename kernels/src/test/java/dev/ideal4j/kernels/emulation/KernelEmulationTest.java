package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The CUDA-only kernels on the CPU: right against the float64 reference whatever the order in which warps run, and wrong,
 * noticeably, when any one of their barriers or waits is left out.
 */
@Execution(ExecutionMode.SAME_THREAD)
@EnabledIf(
        value = "dev.ideal4j.kernels.emulation.EmulatedKernels#areAskedFor",
        disabledReason =
                "compiling each kernel for the CPU takes a minute; runs with -Pvariants or IDEAL4J_REQUIRE=emulation")
class KernelEmulationTest {
    private static final int SEEDS = 2;
    private static final int MUTANT_SEEDS = 24;

    private final Backend reference = Backends.open("reference");

    @TestFactory
    Stream<DynamicContainer> kernels() {
        EmulatedKernels.requireCompiler();
        return Trials.small(reference).entrySet().stream()
                .map(file -> dynamicContainer(file.getKey(), tests(file.getKey(), file.getValue())));
    }

    private Stream<DynamicTest> tests(String source, List<EmulatedTrial> trials) {
        Path library = EmulatedKernels.compileFile(source);
        return Stream.concat(
                trials.stream().map(trial -> dynamicTest(trial.name(), () -> check(library, trial))),
                trials.stream()
                        .filter(EmulatedTrial::mutants)
                        .map(trial -> dynamicTest("mutants of " + trial.name(), () -> catchMutants(library, trial))));
    }

    private static void check(Path library, EmulatedTrial trial) {
        try (EmulatedDevice device = new EmulatedDevice(library)) {
            double largest = 0;
            for (int seed = 0; seed < SEEDS; seed++) {
                device.seed(seed);
                largest = Math.max(largest, trial.error(device));
            }
            String precision = trial.exact() == null
                    ? ""
                    : String.format(
                            Locale.ROOT,
                            ", norm of the error against float64 %.1e",
                            EmulatedTrial.normError(trial.run().apply(device), trial.exact()));
            if (trial.flips() > 0) {
                float[] actual = trial.run().apply(device);
                precision += ", " + trial.flippedCount(actual) + " of " + actual.length + " round the other way";
            }
            System.out.printf(Locale.ROOT, "%s %s: error %.1e%s%n", trial.source(), trial.name(), largest, precision);
            assertThat(largest).as(trial.name()).isLessThanOrEqualTo(trial.tolerance());
        }
    }

    private static void catchMutants(Path library, EmulatedTrial trial) {
        List<String> places;
        try (EmulatedDevice device = new EmulatedDevice(library)) {
            trial.error(device);
            places = device.places();
        }
        assertThat(places).as("places of synchronisation").isNotEmpty();
        List<String> survivors =
                places.stream().filter(place -> !caught(library, trial, place)).toList();
        assertThat(survivors).as("left out without a difference").isEmpty();
    }

    private static boolean caught(Path library, EmulatedTrial trial, String place) {
        for (int seed = 0; seed < MUTANT_SEEDS; seed++) {
            try (EmulatedDevice device = new EmulatedDevice(library)) {
                device.drop(place);
                device.seed(seed);
                if (!(trial.error(device) <= trial.tolerance())) {
                    return true;
                }
            } catch (EmulationException e) {
                return true;
            }
        }
        return false;
    }
}
