package dev.ideal4j.kernels.emulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.kernels.cuda.BlockRuntime;
import dev.ideal4j.kernels.cuda.CudaSources;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The trials of the CUDA-only kernels on the devices that the CUDA backend finds, through its runtime: on hardware, where each
 * kernel is checked at sizes that wrap its pipeline, or on the emulated driver. {@code -Dtrials.device=cuda:0} takes one
 * device, {@code -Dtrials.source=gemm_wgmma.cu} the trials of one file, {@code -Dtrials.small=true} the small ones alone.
 */
@Execution(ExecutionMode.SAME_THREAD)
class DeviceTrialsTest {
    /** Hardware truncates within a product where the emulation rounds; by how much is an estimate. */
    private static final double HARDWARE = 10;

    private static final String SOURCE = System.getProperty("trials.source", "");
    private static final String DEVICE = System.getProperty("trials.device", "cuda:[0-9]+");

    private final Backend reference = Backends.open("reference");

    @TestFactory
    Stream<DynamicContainer> everyKernelOnEveryDevice() {
        List<String> names = Backends.describe().stream()
                .filter(found -> found.available() && found.name().matches(DEVICE))
                .map(found -> found.name())
                .toList();
        assumeTrue(!names.isEmpty(), "no CUDA device");
        return names.stream().map(name -> dynamicContainer(name, trials(name)));
    }

    private Stream<DynamicContainer> trials(String name) {
        boolean emulated;
        int capability;
        int sharedBytes;
        try (GpuBackend backend = (GpuBackend) Backends.open(name)) {
            emulated = backend.description().startsWith("Emulated");
            BlockRuntime runtime = (BlockRuntime) backend.runtime();
            capability = runtime.capability();
            sharedBytes = runtime.sharedBytes();
        }
        Stream<Map.Entry<String, List<EmulatedTrial>>> all = Trials.small(reference).entrySet().stream();
        if (!emulated && !Boolean.getBoolean("trials.small")) {
            all = Stream.concat(all, Trials.large(reference).entrySet().stream());
        }
        double slack = emulated ? 1 : HARDWARE;
        return all.filter(file -> CudaSources.runsOn(file.getKey(), capability)
                        && (SOURCE.isEmpty() || SOURCE.equals(file.getKey())))
                .map(file -> dynamicContainer(
                        file.getKey(),
                        file.getValue().stream()
                                .filter(trial -> trial.sharedBytes() <= sharedBytes)
                                .flatMap(trial -> tests(name, trial, slack))));
    }

    /** First with waits that end, so that a lost phase is an error and not a hang, where a kernel has such waits. */
    private static Stream<DynamicTest> tests(String name, EmulatedTrial trial, double slack) {
        String plain = CudaSources.read(trial.source());
        String bounded = CudaSources.readBounded(trial.source());
        Stream<DynamicTest> usual = Stream.of(dynamicTest(trial.name(), () -> check(name, trial, plain, slack)));
        return plain.equals(bounded)
                ? usual
                : Stream.concat(
                        Stream.of(dynamicTest(
                                trial.name() + ", waits bounded", () -> check(name, trial, bounded, slack))),
                        usual);
    }

    private static void check(String name, EmulatedTrial trial, String source, double slack) {
        try (GpuBackend backend = (GpuBackend) Backends.open(name);
                TrialDevice device = new RuntimeTrialDevice(
                        (BlockRuntime) backend.runtime(), trial.source().replace(".cu", ""), source)) {
            float[] first = trial.run().apply(device);
            double error = trial.error(first, slack);
            System.out.printf("%s %s %s: error %.1e%n", name, trial.source(), trial.name(), error);
            assertThat(error).as(trial.name()).isLessThanOrEqualTo(slack * trial.tolerance());
            assertThat(trial.run().apply(device)).as("the same bits again").isEqualTo(first);
        }
    }
}
