package dev.ideal4j.kernels.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.jocl.CL.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.StagedCopies;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jocl.cl_event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies run beside the kernels, and take effect in their turn. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OpenClCopiesTest {
    /** One work-item that reads its input only after many rounds. */
    private static final String SOURCE = """
            __kernel void late(__global const float *x, __global float *out, int count, int rounds) {
                if (get_global_id(0) == 0) {
                    float y = 0;
                    for (int i = 0; i < rounds; i++) {
                        y = y * 0.5f + 1;
                    }
                    for (int i = 0; i < count; i++) {
                        out[i] = x[i] + (y > 3);
                    }
                }
            }
            """;

    private static final int ROUNDS = 1 << 24;

    private int eventsBefore;
    private GpuBackend backend;
    private OpenClRuntime runtime;
    private GpuKernel late;
    private final List<GpuBuffer> buffers = new ArrayList<>();

    @BeforeEach
    void open() {
        var first = new OpenClProvider().probe().get(0);
        assumeTrue(first.available(), first.name() + ": " + first.detail());
        eventsBefore = OpenClEvent.open();
        backend = (GpuBackend) Backends.open(first.name());
        runtime = (OpenClRuntime) backend.runtime();
        late = runtime.compile("late", SOURCE).kernel("late");
    }

    @AfterEach
    void everyEventIsReleased() {
        if (backend != null) {
            buffers.forEach(runtime::free);
            backend.close();
            assertThat(OpenClEvent.open()).isEqualTo(eventsBefore);
        }
    }

    private GpuBuffer buffer(int count) {
        GpuBuffer buffer = runtime.allocate(4L * count);
        buffers.add(buffer);
        return buffer;
    }

    private void launch(GpuBuffer x, GpuBuffer out, int count, int rounds) {
        runtime.launch(late, 1, 1, 1, x, out, count, rounds);
    }

    private static float[] values(int count, float value) {
        float[] values = new float[count];
        Arrays.fill(values, value);
        return values;
    }

    private float[] read(GpuBuffer from, int count) {
        float[] values = new float[count];
        runtime.read(from, 0, values, 0, count);
        return values;
    }

    /** Does something while the queue that computes is held. */
    private void held(Runnable work) {
        cl_event gate = OpenCl.create(
                "clCreateUserEvent",
                status -> clCreateUserEvent(runtime.queues().context(), status));
        try {
            OpenCl.call(
                    "clEnqueueMarkerWithWaitList",
                    () -> clEnqueueMarkerWithWaitList(runtime.queues().compute(), 1, new cl_event[] {gate}, null));
            work.run();
        } finally {
            clSetUserEventStatus(gate, CL_COMPLETE);
            clReleaseEvent(gate);
        }
    }

    @Test
    void aWriteReturnsAtOnceAndTakesEffectInItsTurn() {
        GpuBuffer x = buffer(1000);
        GpuBuffer earlier = buffer(1000);
        runtime.write(values(1000, 1), 0, 1000, x, 0);
        float[] second = values(1000, 2);
        held(() -> {
            runtime.copy(x, 0, earlier, 0, 4000);
            runtime.write(second, 0, 1000, x, 0);
            Arrays.fill(second, 3); // the array is the caller's again
        });
        assertThat(read(earlier, 1000)).containsOnly(1);
        assertThat(read(x, 1000)).containsOnly(2);
    }

    @Test
    void copiesOfAnySizeAndPosition() {
        int slot = StagedCopies.SLOT_BYTES / 4;
        int count = 3 * slot + 5;
        GpuBuffer x = buffer(count + 7);
        runtime.zero(x, x.bytes());
        float[] expected = new float[count + 7];
        for (int i = 2; i < count; i++) {
            expected[i + 7] = i;
        }
        runtime.write(
                IntStream.range(0, count).collect(() -> new float[count], (array, i) -> array[i] = i, (a, b) -> {}),
                2,
                count - 2,
                x,
                36);
        assertThat(read(x, count + 7)).isEqualTo(expected);
        int[] integers = IntStream.range(0, slot + 1).toArray();
        runtime.write(integers, 1, slot, x, 8);
        int[] result = new int[slot + 3];
        runtime.read(x, 8, result, 3, slot);
        assertThat(result).startsWith(0, 0, 0, 1, 2).endsWith(slot - 1, slot);
    }

    @Test
    void moreThanMayBeUnderWayWaitsAndArrives() throws InterruptedException {
        int count = StagedCopies.SLOT_BYTES / 4;
        int parts = 100;
        int most = 2 * StagedCopies.MOST_SLOTS; // events: a transfer and a copy each
        GpuBuffer x = buffer(parts * count);
        Thread writer = new Thread(() -> {
            for (int i = 0; i < parts; i++) {
                runtime.write(values(count, i), 0, count, x, 4L * count * i);
            }
        });
        held(() -> {
            writer.start();
            while (OpenClEvent.open() - eventsBefore < most) {
                Thread.onSpinWait();
            }
        });
        writer.join();
        assertThat(OpenClEvent.open() - eventsBefore).isEqualTo(most);
        float[] result = read(x, parts * count);
        for (int i = 0; i < parts; i++) {
            assertThat(Arrays.copyOfRange(result, i * count, (i + 1) * count)).isEqualTo(values(count, i));
        }
    }

    /** With the queue that computes held, nothing but what was given before it can be what a copy waits for. */
    @Test
    void transfersDoNotWaitForKernelsGivenLater() {
        GpuBuffer x = buffer(10);
        runtime.write(values(10, 4), 0, 10, x, 0);
        OpenClSlot slot = new OpenClSlot(runtime.queues());
        try (GpuEvent given = runtime.mark()) {
            held(() -> {
                slot.fetch(x, 0, 40, given);
                slot.await();
                assertThat(slot.bytes().getFloat(36)).isEqualTo(4);
                slot.bytes().putFloat(36, 5);
                slot.send(x, 0, 40);
                slot.arrived().await();
                assertThat(slot.isIdle()).isFalse();
            });
        }
        slot.await();
        assertThat(slot.isIdle()).isTrue();
        assertThat(read(x, 10)).endsWith(4, 5);
        slot.close();
    }

    /**
     * The device's own clock tells when each command ran. The first marker is over before the kernel is given, because a
     * device with several threads may otherwise perform the transfer before the marker. A busy machine may delay the
     * transfer, so the test also tries longer kernels.
     */
    @Test
    void aTransferRunsWhileAKernelRuns() {
        assumeTrue(runtime.device().units() > 1, "a device with one unit runs one command at a time");
        GpuBuffer x = buffer(10);
        GpuBuffer out = buffer(10);
        OpenClSlot slot = new OpenClSlot(runtime.queues());
        boolean overlapped = false;
        for (int rounds = ROUNDS; rounds > 0 && !overlapped; rounds *= 4) {
            try (OpenClEvent before = (OpenClEvent) runtime.mark()) {
                before.await();
                launch(x, out, 10, rounds);
                try (OpenClEvent after = (OpenClEvent) runtime.mark()) {
                    slot.send(x, 0, 40);
                    overlapped = before.nanos(CL_PROFILING_COMMAND_END)
                                    < slot.arrived().nanos(CL_PROFILING_COMMAND_START)
                            && slot.arrived().nanos(CL_PROFILING_COMMAND_END) < after.nanos(CL_PROFILING_COMMAND_END);
                }
            }
        }
        slot.await();
        slot.close();
        assertThat(overlapped).isTrue();
    }

    /** Each scope's tensors take the memory of the one before, which a slow kernel is still to read. */
    @Test
    void memoryIsReusedWhileKernelsReadItByManyThreads() throws Exception {
        int threads = 4;
        int scopes = 8;
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try (Scope results = backend.scope()) {
            List<Future<?>> done = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Tensor all = results.allocate(scopes, 1000);
                Callable<Void> work = () -> {
                    for (int i = 0; i < scopes; i++) {
                        try (Scope scope = backend.scope()) {
                            Tensor x = scope.upload(values(1000, 100 * thread + i), 1000);
                            Tensor out = scope.allocate(1000);
                            launch(backend.buffer(x), backend.buffer(out), 1000, ROUNDS / 16);
                            backend.copy(out, all.slice(i, 1).reshape(1000));
                        }
                    }
                    for (int i = 0; i < scopes; i++) {
                        assertThat(all.slice(i, 1).toArray()).containsOnly(100 * thread + i);
                    }
                    return null;
                };
                done.add(workers.submit(work));
            }
            for (Future<?> each : done) {
                each.get();
            }
        } finally {
            workers.shutdown();
        }
        assertThat(backend.liveBytes()).isZero();
    }

    @Test
    void eventsDoNotPileUp() {
        GpuBuffer x = buffer(10);
        for (int i = 0; i < 1000; i++) {
            runtime.write(values(10, i), 0, 10, x, 0);
            runtime.mark().close();
            assertThat(read(x, 10)).containsOnly(i);
        }
        assertThat(OpenClEvent.open() - eventsBefore).isLessThan(100);
    }
}
