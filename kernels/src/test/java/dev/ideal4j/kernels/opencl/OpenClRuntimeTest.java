package dev.ideal4j.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jocl.CL;
import org.jocl.cl_event;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenClRuntimeTest {
    private static final String SOURCE =
            "__kernel void twice(__global float *x, float factor) { x[get_global_id(0)] *= factor; }";

    private final OpenClProvider provider = new OpenClProvider();

    @BeforeEach
    void needsADevice() {
        Availability first = provider.probe().get(0);
        assumeTrue(first.available(), first.name() + ": " + first.detail());
    }

    private Backend open() {
        return Backends.open(OpenClProvider.KIND);
    }

    @Test
    void devicesAreListedAndChosenByNumber() {
        List<Availability> devices = provider.probe();
        assertThat(devices.get(0).name()).isEqualTo("opencl:0");
        try (Backend backend = open()) {
            assertThat(backend.name()).isEqualTo("opencl:0");
            assertThat(backend.description()).isEqualTo(devices.get(0).detail());
        }
        assertThatThrownBy(() -> Backends.open("opencl:99")).isInstanceOf(BackendUnavailableException.class);
    }

    @Test
    void compiledKernelsAreKeptInTheFolderOfTheOptions(@TempDir Path folder) throws IOException {
        Path cache = folder.resolve("kernels");
        try (Backend backend = Backends.open(OpenClProvider.KIND, Backends.Options.DEFAULT.withKernelCache(cache))) {
            assertStillComputes(backend);
        }
        try (Stream<Path> files = Files.list(cache)) {
            assertThat(files).isNotEmpty();
        }
    }

    @Test
    void passesAreRecordedIfTheOptionsSaySo() {
        try (Backend backend = Backends.open(OpenClProvider.KIND, Backends.Options.DEFAULT.withRecordedPasses(true));
                Backend other =
                        Backends.open(OpenClProvider.KIND, Backends.Options.DEFAULT.withRecordedPasses(false))) {
            assertThat(backend.gainsByRecording()).isTrue();
            assertThat(other.gainsByRecording()).isFalse();
        }
    }

    @Test
    void aKernelThatDoesNotCompileShowsTheCompilersLog() {
        try (Backend backend = open()) {
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            assertThatThrownBy(() -> runtime.compile("broken", "__kernel void f() { undeclared = 1; }"))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("opencl:0")
                    .hasMessageContaining("broken")
                    .hasMessageContaining("undeclared");
            assertStillComputes(backend);
        }
    }

    @Test
    void wrongNamesAndArgumentsAreErrors() {
        try (Backend backend = open()) {
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            var program = runtime.compile("test", SOURCE);
            assertThatThrownBy(() -> program.kernel("thrice"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("thrice");
            GpuBuffer buffer = runtime.allocate(64);
            assertThatThrownBy(() -> runtime.launch(program.kernel("twice"), 1, 1, 1, buffer, 2L))
                    .isInstanceOf(DeviceException.class)
                    .hasMessageContaining("argument 1 of twice");
            runtime.free(buffer);
            assertStillComputes(backend);
        }
    }

    @Test
    void copiesLaunchesAndEvents() {
        try (Backend backend = open()) {
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            int size = runtime.device().groupSize();
            GpuBuffer buffer = runtime.allocate(4L * size);
            runtime.zero(buffer, 4L * size);
            runtime.write(new float[] {9, 3}, 1, 1, buffer, 0);
            GpuEvent before = runtime.mark();
            runtime.launch(runtime.compile("test", SOURCE).kernel("twice"), 1, 1, 1, buffer, 2f);
            GpuEvent after = runtime.mark();
            float[] result = new float[2];
            runtime.read(buffer, 0, result, 1, 1);
            assertThat(result).containsExactly(0, 6);
            assertThat(after.nanosSince(before)).isNotNegative();
            before.close();
            after.close();
            runtime.free(buffer);
        }
    }

    @Test
    void aClosedBackendRefusesWork() {
        Backend backend = open();
        GpuRuntime runtime = ((GpuBackend) backend).runtime();
        backend.close();
        assertThatThrownBy(() -> runtime.compile("test", SOURCE)).isInstanceOf(IllegalStateException.class);
        backend.close();
    }

    @Test
    void whatTheDriverHasNoMemoryForIsNamed() {
        try (Backend backend = open()) {
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            long bytes = 2 * runtime.device().largestBuffer();
            assertThatThrownBy(() -> runtime.allocate(bytes))
                    .isInstanceOf(OutOfDeviceMemoryException.class)
                    .hasMessageContaining("opencl:0")
                    .hasMessageContaining(Long.toString(bytes));
            assertStillComputes(backend);
        }
    }

    /** A command fails while it runs, like all commands do when a device is lost. A waiting thread gets an exception, and the JVM goes on. */
    @Test
    void commandsThatFailUnderWayAreErrorsOfWhoeverWaits() {
        try (Backend backend = open()) {
            OpenClRuntime runtime = (OpenClRuntime) ((GpuBackend) backend).runtime();
            OpenClQueues queues = runtime.queues();
            cl_event lost =
                    OpenCl.create("clCreateUserEvent", status -> CL.clCreateUserEvent(queues.context(), status));
            try (GpuEvent before = runtime.mark();
                    OpenClEvent failed = queues.event(
                            "clEnqueueMarkerWithWaitList",
                            event -> CL.clEnqueueMarkerWithWaitList(
                                    queues.download(), 1, new cl_event[] {lost}, event))) {
                CL.clSetUserEventStatus(lost, CL.CL_DEVICE_NOT_AVAILABLE);
                assertThatThrownBy(() -> failed.nanosSince(before))
                        .isInstanceOf(DeviceException.class)
                        .hasMessageStartingWith("opencl:0: OpenCL failed in clWaitForEvents: CL_");
            }
            CL.clReleaseEvent(lost);
            assertStillComputes(backend);
        }
    }

    @Test
    void failuresOfADriverAreTyped() {
        OpenCl.Failure lost = new OpenCl.Failure("clFinish", CL.CL_DEVICE_NOT_AVAILABLE);
        assertThat(lost.isShortage()).isFalse();
        assertThat(lost.toDeviceException("opencl:0"))
                .hasMessage("opencl:0: OpenCL failed in clFinish: CL_DEVICE_NOT_AVAILABLE; "
                        + "the device is lost to this backend, open another");
        assertThat(new OpenCl.Failure("clCreateBuffer", CL.CL_MEM_OBJECT_ALLOCATION_FAILURE).isShortage())
                .isTrue();
        assertThatThrownBy(() -> OpenCl.call("clFlush", () -> CL.CL_INVALID_COMMAND_QUEUE))
                .isInstanceOf(OpenCl.Failure.class)
                .hasMessage("clFlush: CL_INVALID_COMMAND_QUEUE");
    }

    private static void assertStillComputes(Backend backend) {
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(new float[] {-1, 2}, 2);
            backend.activations().apply(Activation.RELU, x, x);
            assertThat(x.toArray()).containsExactly(0, 2);
        }
        assertThat(backend.liveBytes()).isZero();
    }

    /** Older GPUs and those of phones have 32 KB of local memory: tiles are smaller there, and what cannot fit is named. */
    @Test
    void whatAWorkGroupTakesFits32KilobytesOfLocalMemory() {
        System.setProperty(OpenClRuntime.GROUPS_PROPERTY, "256");
        System.setProperty(OpenClRuntime.LOCAL_PROPERTY, "32768");
        try (Backend backend = open();
                Backend reference = Backends.open("reference")) {
            for (int head : new int[] {64, 256, 512, 1024}) {
                assertThat(attended(backend, head))
                        .usingComparatorWithPrecision(1e-5f)
                        .containsExactly(attended(reference, head));
            }
            assertThat(erased(backend, 62)).usingComparatorWithPrecision(1e-4f).containsExactly(erased(reference, 62));
            assertThatThrownBy(() -> attended(backend, 2048))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("2048 columns")
                    .hasMessageContaining("at most 1024 with 32768 bytes of local memory");
            assertThatThrownBy(() -> erased(backend, 63))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("at most 62 with the local memory of opencl:0");
            GpuRuntime runtime = ((GpuBackend) backend).runtime();
            var large = runtime.compile(
                    "large",
                    "__kernel void f(__global float *x) { __local float y[9000]; y[get_local_id(0)] = x[0];"
                            + " barrier(CLK_LOCAL_MEM_FENCE); x[0] = y[1]; }");
            assertThatThrownBy(() -> large.kernel("f"))
                    .isInstanceOf(DeviceException.class)
                    .hasMessage("opencl:0: the kernel f needs 36000 bytes of local memory, the device has 32768");
        } finally {
            System.clearProperty(OpenClRuntime.GROUPS_PROPERTY);
            System.clearProperty(OpenClRuntime.LOCAL_PROPERTY);
        }
    }

    /** What PoCL reports is more than programs are made for, so its own number alone would show nothing. */
    @Test
    void programsAreMadeForTheLocalMemoryThatTheDeviceReports() {
        assertThat(OpenClRuntime.localBytes(32 << 10)).isEqualTo(32 << 10);
        assertThat(OpenClRuntime.localBytes(64 << 10)).isEqualTo(48 << 10);
        OpenClDevice device = OpenClDevice.all().get(0);
        try (Backend backend = open()) {
            long reported = device.number(CL.CL_DEVICE_LOCAL_MEM_SIZE);
            assertThat(((GpuBackend) backend).runtime().device().localBytes())
                    .isEqualTo(OpenClRuntime.localBytes(reported));
        }
    }

    private static float[] attended(Backend backend, int head) {
        try (Scope scope = backend.scope()) {
            Tensor qkv = scope.upload(SeededValues.uniform("qkv", 7 * 3 * head, 1, 0), 1, 7, 3 * head);
            Tensor out = scope.allocate(1, 7, head);
            backend.attention().self(qkv, 1, out);
            return out.toArray();
        }
    }

    private static float[] erased(Backend backend, int neighbours) {
        try (Scope scope = backend.scope()) {
            int width = 80;
            Tensor out = scope.allocate(2, width);
            Indices indices = scope.allocateIndices(2, neighbours);
            indices.write(
                    IntStream.range(0, 2 * neighbours).map(i -> i % neighbours).toArray());
            backend.localPca()
                    .erase(
                            scope.upload(SeededValues.uniform("targets", 2 * width, 1, 0), 2, width),
                            scope.upload(
                                    SeededValues.uniform("references", neighbours * width, 1, 0), neighbours, width),
                            scope.upload(SeededValues.uniform("similarities", 2 * neighbours, 1, 0), 2, neighbours),
                            indices,
                            4,
                            1,
                            out);
            return out.toArray();
        }
    }

    @Test
    void theLibraryIsLookedForBeforeItIsTouched() {
        assertThat(OpenClLibrary.isInstalled("libNoSuch.so.1", Map.of())).isFalse();
        assertThat(OpenClLibrary.isInstalled("libNoSuch.so.1", Map.of("LD_LIBRARY_PATH", "/nowhere::/proc")))
                .isFalse();
        assertThat(OpenClLibrary.reasonAgainst()).isNull();
    }
}
