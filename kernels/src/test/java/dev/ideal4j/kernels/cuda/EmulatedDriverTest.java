package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.kernels.cuda.EmulatedDriver.Number;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the CUDA backend makes of failures that a driver can be asked for, and that it gives everything back. */
class EmulatedDriverTest {
    /** More than a small computation makes of streams, events, buffers, modules and graphs. */
    private static final int MOST_CREATIONS = 40;

    private static final String REFUSED = "does not take the kernels";

    private static final List<Number> LIVE = Stream.of(Number.values())
            .filter(number -> number.name().startsWith("LIVE_"))
            .toList();

    @BeforeEach
    void needsTheEmulatedDriver() {
        assumeTrue(EmulatedDriver.isLoaded(), "the driver of this JVM is not the emulated one");
        assertNothingLives();
    }

    @AfterEach
    void reset() {
        if (EmulatedDriver.isLoaded()) {
            Number.MEMORY.set(2L << 30);
            Number.FAILING_LAUNCH.set(0);
            Number.FAILING_CREATION.set(0);
            Number.PTX_VERSION.set(85);
            Number.REFUSING_TO_PIN.set(0);
        }
    }

    /** The state after all backends are closed. */
    static void assertNothingLives() {
        assertThat(LIVE).allSatisfy(number -> assertThat(number.get()).isZero());
        assertThat(Number.LEFT_BEHIND.get()).isZero();
    }

    private static void compute(Backend backend) {
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(new float[] {-1, 2}, 1, 2);
            backend.activations().apply(Activation.RELU, x, x);
            assertThat(x.toArray()).containsExactly(0, 2);
            Tensor weight = scope.upload(new float[] {1, 2, 3, 4}, 2, 2);
            Tensor out = scope.allocate(1, 2);
            backend.products().linear(x, backend.products().pack(weight, null, scope), Epilogue.NONE, out);
            assertThat(out.toArray()).containsExactly(4, 8);
        }
    }

    @Test
    void devicesAreListedWithWhatTheyLack() {
        assertThat(new CudaProvider().probe())
                .contains(
                        new Availability(
                                "cuda:0",
                                true,
                                "Emulated Ampere (compute capability 8.0, 108 multiprocessors, 2048 MiB, driver for CUDA 12.6)"
                                        + "; float32 without tensor cores, cuda:0:tf32 and cuda:0:bf16 use them"),
                        new Availability("cuda:1:bf16", true, "the same, products and attention in bf16"),
                        new Availability(
                                "cuda:1:bf16+blocks",
                                true,
                                "the same, products and attention in bf16, transformer blocks from end to end"),
                        new Availability(
                                "cuda:1:bf16+blocks128",
                                true,
                                "the same, products and attention in bf16, transformer blocks from end to end with 128 queries"
                                        + " at a time"),
                        new Availability(
                                "cuda:0:bf16+blocks",
                                false,
                                "Emulated Ampere has compute capability 8.0, but transformer blocks in bf16 from end to end"
                                        + " need 9.0"),
                        new Availability("cuda:2:tf32", false, "Emulated Turing has no tensor cores for tf32"),
                        new Availability(
                                "cuda:2:cublas",
                                false,
                                "Emulated Turing has compute capability 7.5, but what follows cuBLAS needs 8.0"),
                        new Availability(
                                "cuda:0:bf16+cublas",
                                true,
                                "the same, products by cuBLAS and attention in bf16 (libcublas.so.12)"),
                        new Availability(
                                "cuda:3", false, "Emulated Pascal has compute capability 6.1, but kernels need 7.5"));
        assertThatThrownBy(() -> Backends.open("cuda:2:bf16")).isInstanceOf(BackendUnavailableException.class);
        assertThatThrownBy(() -> Backends.open("cuda:7")).isInstanceOf(BackendUnavailableException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cuda:0", "cuda:1", "cuda:2", "cuda:0:tf32", "cuda:0:bf16", "cuda:1:bf16"})
    void everythingIsGivenBack(String name) {
        try (Backend backend = Backends.open(name)) {
            compute(backend);
            assertThat(Number.LIVE_CONTEXTS.get()).isEqualTo(1);
        }
        assertNothingLives();
    }

    /** Backends of several devices, and two of one, by turns in one thread. */
    @Test
    void eachCallIsForItsOwnDevice() {
        Backend same = Backends.open("cuda:0");
        try (Backend first = Backends.open("cuda:0");
                Backend second = Backends.open("cuda:1")) {
            for (int i = 0; i < 3; i++) {
                List.of(first, second, same).forEach(EmulatedDriverTest::compute);
            }
            assertThat(Number.LIVE_CONTEXTS.get()).isEqualTo(2);
            same.close();
            compute(first);
        }
        assertNothingLives();
    }

    /** Other CUDA code in the process makes another context current in this thread, and destroys it. */
    @Test
    void anotherContextOfTheThreadDoesNotMatter() {
        CUdevice device = new CUdevice();
        CUcontext other = new CUcontext();
        try (Backend backend = Backends.open("cuda:0")) {
            compute(backend);
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            Cuda.call("cuDeviceGet", () -> JCudaDriver.cuDeviceGet(device, 1));
            Cuda.call("cuDevicePrimaryCtxRetain", () -> JCudaDriver.cuDevicePrimaryCtxRetain(other, device));
            Cuda.call("cuCtxSetCurrent", () -> JCudaDriver.cuCtxSetCurrent(other));
            GpuBuffer buffer = runtime.allocate(1 << 20);
            Cuda.call("cuCtxSetCurrent", () -> JCudaDriver.cuCtxSetCurrent(other));
            compute(backend);
            Cuda.call("cuCtxSetCurrent", () -> JCudaDriver.cuCtxSetCurrent(other));
            replay(backend);
            Cuda.call("cuCtxSetCurrent", () -> JCudaDriver.cuCtxSetCurrent(other));
            Cuda.call("cuDevicePrimaryCtxRelease", () -> JCudaDriver.cuDevicePrimaryCtxRelease(device));
            assertThat(Number.LEFT_BEHIND.get())
                    .as("memory of the backend on the other device")
                    .isZero();
            compute(backend);
            runtime.free(buffer);
        }
        assertNothingLives();
    }

    @Test
    void moreImagesRunAtOnceThanOnTheCpu() {
        try (Backend backend = Backends.open("cuda:0");
                Backend cpu = Backends.open("cpu")) {
            assertThat(backend.imagesAtOnce()).isEqualTo(64);
            assertThat(cpu.imagesAtOnce()).isEqualTo(4);
        }
    }

    @Test
    void shortageIsTypedWithBothSizesAndPasses() {
        try (Backend backend = Backends.open("cuda:0")) {
            compute(backend);
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            Number.MEMORY.set(64 << 20);
            long free = (64 << 20) - Number.LIVE_BYTES.get();
            assertThatThrownBy(() -> runtime.allocate(80 << 20))
                    .isInstanceOf(OutOfDeviceMemoryException.class)
                    .hasMessage("cuda:0: " + (80 << 20) + " bytes asked for, at most " + free + " can be had");
            try (Scope scope = backend.scope()) {
                assertThatThrownBy(() -> scope.allocate(5 << 20, 4)).isInstanceOf(OutOfDeviceMemoryException.class);
            }
            compute(backend);
        }
        assertNothingLives();
    }

    /** Whichever thing cannot be made, the failure is typed and nothing stays behind. */
    @Test
    void whateverCannotBeMadeIsATypedFailureThatLeavesNothingBehind() {
        Set<String> failures = new TreeSet<>();
        // A run creates more events if the copies before are still under way, so that no n may be that of a module.
        for (int round = 0; round < 10 && failures.stream().noneMatch(failure -> failure.contains(REFUSED)); round++) {
            failures.addAll(failuresOfEachCreation());
        }
        assertThat(failures)
                .contains(
                        "BackendUnavailableException backend cuda:0:tf32 cannot be opened; cuStreamCreate: "
                                + "CUDA_ERROR_OUT_OF_MEMORY",
                        "DeviceException cuda:0:tf32: CUDA failed in cuEventCreate: CUDA_ERROR_OUT_OF_MEMORY",
                        "OutOfDeviceMemoryException cuda:0:tf32: # bytes asked for, at most # can be had");
        assertThat(failures).anyMatch(failure -> failure.contains(REFUSED));
        assertThat(failures)
                .allMatch(failure -> failure.contains("cuStreamCreate: CUDA_ERROR_OUT_OF_MEMORY")
                        || failure.contains("CUDA failed in cuEventCreate: CUDA_ERROR_OUT_OF_MEMORY")
                        || failure.contains(REFUSED)
                        || failure.startsWith("OutOfDeviceMemoryException"));
    }

    /** Lets each creation fail in turn, in a run of its own, and returns the messages. */
    private static Set<String> failuresOfEachCreation() {
        Set<String> failures = new TreeSet<>();
        boolean failed = true;
        for (int n = 1; n <= MOST_CREATIONS; n++) {
            Number.FAILING_CREATION.set(n);
            try (Backend backend = Backends.open("cuda:0:tf32")) {
                compute(backend);
                replay(backend);
            } catch (Ideal4jException e) {
                failures.add(e.getClass().getSimpleName() + " " + e.getMessage().replaceAll("[0-9]{3,}", "#"));
            }
            failed = Number.FAILING_CREATION.get() == 0;
            Number.FAILING_CREATION.set(0);
            assertNothingLives();
        }
        assertThat(failed).isFalse();
        return failures;
    }

    private static void replay(Backend backend) {
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(new float[] {3, 4}, 2);
            try (Recording recording =
                    backend.record(() -> backend.activations().apply(Activation.RELU, x, x))) {
                recording.replay();
            }
            assertThat(x.toArray()).containsExactly(3, 4);
        }
    }

    @Test
    void aLaunchThatFailsLaterIsNamedAndAnotherBackendGoesOn() {
        try (Backend backend = Backends.open("cuda:0");
                Scope scope = backend.scope()) {
            Tensor x = scope.upload(new float[] {-1, 2}, 2);
            assertThat(x.toArray()).containsExactly(-1, 2);
            Number.FAILING_LAUNCH.set(1);
            backend.activations().apply(Activation.RELU, x, x);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(x::toArray)
                        .isInstanceOf(DeviceException.class)
                        .hasMessageStartingWith("cuda:0: CUDA failed in cu")
                        .hasMessageEndingWith("CUDA_ERROR_LAUNCH_FAILED; the device is lost to this process");
            }
        } catch (DeviceException e) {
            assertThat(e).hasMessageContaining("CUDA_ERROR_LAUNCH_FAILED"); // what cannot be given back any more
        }
        assertThat(Number.LIVE_CONTEXTS.get()).isZero();
    }

    @Test
    void anAccessBeyondABufferIsAFailureOfItsLaunch() {
        try (Backend backend = Backends.open("cuda:0")) {
            BlockRuntime runtime = (BlockRuntime) ((GpuBackend) backend).runtime();
            GpuBuffer small = runtime.allocate(16);
            assertThatThrownBy(() -> {
                        var program = runtime.compile("layernorm", CudaSources.read("layernorm.cu"));
                        runtime.launch(
                                program.kernel("layernorm_3"),
                                new BlockRuntime.Blocks(4, 1, 1, 256, 0),
                                small,
                                small,
                                small,
                                1e-6f,
                                small,
                                32,
                                384);
                        runtime.synchronize();
                    })
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS");
        } catch (DeviceException e) {
            assertThat(e).hasMessageContaining("CUDA_ERROR_ILLEGAL_ADDRESS");
        }
        assertThat(Number.LIVE_CONTEXTS.get()).isZero();
    }

    @Test
    void aDriverTooOldForTheKernelsSaysSo() {
        Number.PTX_VERSION.set(63);
        try (Backend backend = Backends.open("cuda:0")) {
            assertThatThrownBy(() -> compute(backend))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("cuda:0: the driver does not take the kernels activations: "
                            + "CUDA_ERROR_UNSUPPORTED_PTX_VERSION\nptxas fatal: unsupported .version 7.0");
        }
        assertNothingLives();
    }

    @Test
    void whatIsClosedRefusesWorkAndCanBeClosedAgain() {
        Backend backend = Backends.open("cuda:0");
        GpuRuntime runtime = ((GpuBackend) backend).runtime();
        GpuBuffer buffer = runtime.allocate(16);
        runtime.free(buffer);
        backend.close();
        assertThatThrownBy(() -> runtime.allocate(16))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the backend cuda:0 is closed");
        assertThatThrownBy(runtime::synchronize).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> runtime.compile("x", "")).isInstanceOf(IllegalStateException.class);
        backend.close();
        assertNothingLives();
    }

    @Test
    void wrongNamesAndSizesAreErrors() {
        try (Backend backend = Backends.open("cuda:0")) {
            BlockRuntime runtime = (BlockRuntime) ((GpuBackend) backend).runtime();
            var program = runtime.compile("layernorm", CudaSources.read("layernorm.cu"));
            assertThatThrownBy(() -> program.kernel("layernorm_5"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("layernorm has no kernel layernorm_5");
            assertThatThrownBy(() -> runtime.launch(
                            program.kernel("layernorm_3"), new BlockRuntime.Blocks(1, 1, 1, 256, 200 << 10)))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("cuFuncSetAttribute of layernorm_3: CUDA_ERROR_INVALID_VALUE");
            compute(backend);
        }
        assertNothingLives();
    }

    @Test
    void whereMemoryCannotBePageLockedCopiesAreRightAllTheSame() {
        Number.REFUSING_TO_PIN.set(1);
        try (Backend backend = Backends.open("cuda:0")) {
            compute(backend);
            replay(backend);
            try (Scope scope = backend.scope()) {
                float[] values = SeededValues.uniform("unpinned", 1 << 19, 1, 0); // more than one slot
                assertThat(scope.upload(values, values.length).toArray()).isEqualTo(values);
            }
            assertThat(Number.LIVE_REGISTRATIONS.get()).isZero();
        }
        assertNothingLives();
    }

    /** What a kernel has of static shared memory counts against the 48 KB that need no permission. */
    @Test
    void theEraserRunsWhereItsDynamicSharedMemoryAloneWouldFitTheUsualLimit() {
        try (Backend backend = Backends.open("cuda:0:bf16");
                Scope scope = backend.scope()) {
            int width = 1024;
            int neighbours = 11; // 12 rows of 4 KB
            Indices indices = scope.allocateIndices(1, neighbours);
            Tensor out = scope.allocate(1, width);
            backend.localPca()
                    .erase(
                            scope.allocate(1, width),
                            scope.allocate(neighbours, width),
                            scope.allocate(1, neighbours),
                            indices,
                            2,
                            1,
                            out);
            assertThat(out.toArray()).containsOnly(0);
        }
        assertNothingLives();
    }

    /** A launch with less shared memory takes nothing away from one with more, which a recording gives again. */
    @Test
    void permissionForSharedMemoryIsOnlyEverRaised() {
        try (Backend backend = Backends.open("cuda:0:bf16");
                Scope scope = backend.scope()) {
            float[] references = SeededValues.uniform("references", 2100 * 8, 1, 0);
            NeighbourIndex index = backend.neighbours().index(scope.upload(references, 2100, 8), scope);
            Tensor query = scope.upload(Arrays.copyOf(references, 8), 1, 8);
            Tensor many = scope.allocate(1, 12);
            Tensor few = scope.allocate(1, 1);
            Indices manyRows = scope.allocateIndices(1, 12);
            Indices fewRows = scope.allocateIndices(1, 1);
            try (Recording recording = backend.record(() -> {
                backend.neighbours().topK(query, index, 12, many, manyRows);
                backend.neighbours().topK(query, index, 1, few, fewRows);
            })) {
                float[] first = many.toArray();
                recording.replay();
                assertThat(recording.description()).endsWith("a CUDA graph");
                assertThat(many.toArray()).isEqualTo(first);
            }
        }
        assertNothingLives();
    }

    @Test
    void moreBlocksThanTheGridHoldsAreNamed() {
        try (Backend backend = Backends.open("cuda:0")) {
            BlockRuntime runtime = (BlockRuntime) ((GpuBackend) backend).runtime();
            GpuKernel kernel = runtime.compile("layernorm", CudaSources.read("layernorm.cu"))
                    .kernel("layernorm_3");
            assertThatThrownBy(() -> runtime.launch(kernel, new BlockRuntime.Blocks(1, 70_000, 1, 256, 0)))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage(
                            "cuda:0: launch of layernorm_3: 1 × 70000 × 1 blocks asked for, CUDA has at most 65535 in the "
                                    + "second and third direction; take fewer samples at once");
        }
        assertNothingLives();
    }

    /** What a child JVM runs. */
    static final class Describe {
        public static void main(String[] arguments) {
            Backends.describe().stream()
                    .filter(backend -> backend.name().startsWith("cuda"))
                    .forEach(backend -> System.out.println(backend.name() + " " + backend.available()));
        }
    }

    /** A loader that binds every function at once finds all that JCuda names; nothing else is printed. */
    @Test
    void listingIsQuietHoweverTheLoaderBinds() throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Describe.class.getName());
        builder.environment().put("LD_BIND_NOW", "1");
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        assertThat(linesOf(builder))
                .containsExactly(
                        "cuda:0 true",
                        "cuda:1 true",
                        "cuda:2 true",
                        "cuda:3 false",
                        "cuda:4 true",
                        "cuda:0:tf32 true",
                        "cuda:1:tf32 true",
                        "cuda:2:tf32 false",
                        "cuda:3:tf32 false",
                        "cuda:4:tf32 true",
                        "cuda:0:bf16 true",
                        "cuda:1:bf16 true",
                        "cuda:2:bf16 false",
                        "cuda:3:bf16 false",
                        "cuda:4:bf16 true",
                        "cuda:0:cublas true",
                        "cuda:1:cublas true",
                        "cuda:2:cublas false",
                        "cuda:3:cublas false",
                        "cuda:4:cublas true",
                        "cuda:0:tf32+cublas true",
                        "cuda:1:tf32+cublas true",
                        "cuda:2:tf32+cublas false",
                        "cuda:3:tf32+cublas false",
                        "cuda:4:tf32+cublas true",
                        "cuda:0:bf16+cublas true",
                        "cuda:1:bf16+cublas true",
                        "cuda:2:bf16+cublas false",
                        "cuda:3:bf16+cublas false",
                        "cuda:4:bf16+cublas true",
                        "cuda:0:bf16+blocks false",
                        "cuda:1:bf16+blocks true",
                        "cuda:2:bf16+blocks false",
                        "cuda:3:bf16+blocks false",
                        "cuda:4:bf16+blocks false",
                        "cuda:0:bf16+blocks128 false",
                        "cuda:1:bf16+blocks128 true",
                        "cuda:2:bf16+blocks128 false",
                        "cuda:3:bf16+blocks128 false",
                        "cuda:4:bf16+blocks128 false");
    }

    private static List<String> linesOf(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return out.lines().toList();
    }
}
