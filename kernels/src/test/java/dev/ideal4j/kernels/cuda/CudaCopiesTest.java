package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuMemsetD32Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitValue32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
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
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamWaitValue_flags;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Copies run beside the kernels, and take effect in their turn; on a GPU or on an emulated driver. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CudaCopiesTest {
    private GpuBackend backend;
    private CudaRuntime runtime;
    private final List<GpuBuffer> buffers = new ArrayList<>();

    @BeforeEach
    void open() {
        var first = new CudaProvider().probe().get(0);
        assumeTrue(first.available(), first.name() + ": " + first.detail());
        backend = (GpuBackend) Backends.open(first.name());
        runtime = (CudaRuntime) backend.runtime();
        if (EmulatedDriver.isLoaded()) {
            EmulatedDriver.Number.DELAY.set(3000);
        }
    }

    @AfterEach
    void close() {
        if (backend != null) {
            buffers.forEach(runtime::free);
            backend.close();
            if (EmulatedDriver.isLoaded()) {
                EmulatedDriver.Number.DELAY.set(0);
                EmulatedDriverTest.assertNothingLives();
            }
        }
    }

    private GpuBuffer buffer(int count) {
        GpuBuffer buffer = runtime.allocate(4L * count);
        buffers.add(buffer);
        return buffer;
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

    /** Does something while the stream that computes is held. */
    private void held(Runnable work) {
        CUdevice device = new CUdevice();
        CUcontext context = new CUcontext();
        JCudaDriver.cuDeviceGet(device, 0);
        Cuda.call("cuDevicePrimaryCtxRetain", () -> cuDevicePrimaryCtxRetain(context, device));
        cuCtxSetCurrent(context);
        CUstream key = new CUstream();
        Cuda.call("cuStreamCreate", () -> cuStreamCreate(key, CUstream_flags.CU_STREAM_NON_BLOCKING));
        GpuBuffer gate = runtime.allocate(4);
        CUdeviceptr word = CudaRuntime.at(gate, 0);
        Cuda.call("cuMemsetD32Async", () -> cuMemsetD32Async(word, 0, 1, key));
        cuStreamSynchronize(key);
        int equal = CUstreamWaitValue_flags.CU_STREAM_WAIT_VALUE_EQ;
        Cuda.call(
                "cuStreamWaitValue32",
                () -> cuStreamWaitValue32(runtime.streams().compute(), word, 1, equal));
        try {
            work.run();
        } finally {
            Cuda.call("cuMemsetD32Async", () -> cuMemsetD32Async(word, 1, 1, key));
            runtime.free(gate);
            cuStreamDestroy(key);
            cuDevicePrimaryCtxRelease(device);
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
        float[] numbers = new float[count];
        float[] expected = new float[count + 7];
        for (int i = 0; i < count; i++) {
            numbers[i] = i;
            expected[i + 7] = i < 2 ? 0 : i;
        }
        runtime.write(numbers, 2, count - 2, x, 36);
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
        int parts = StagedCopies.MOST_SLOTS + 8;
        GpuBuffer x = buffer(parts * count);
        int[] written = new int[1];
        Thread writer = new Thread(() -> {
            for (int i = 0; i < parts; i++) {
                runtime.write(values(count, i), 0, count, x, 4L * count * i);
                synchronized (written) {
                    written[0]++;
                }
            }
        });
        held(() -> {
            writer.start();
            waitForTheWaiting(writer);
            synchronized (written) {
                assertThat(written[0]).isEqualTo(StagedCopies.MOST_SLOTS);
            }
        });
        writer.join();
        float[] result = read(x, parts * count);
        for (int i = 0; i < parts; i++) {
            assertThat(Arrays.copyOfRange(result, i * count, (i + 1) * count)).isEqualTo(values(count, i));
        }
    }

    /** Until a thread's last call of CUDA does not return: no other call of it takes that long. */
    private static void waitForTheWaiting(Thread thread) {
        int still = 0;
        StackTraceElement[] before = {};
        for (int looks = 0; still < 20 && looks < 1000; looks++) {
            StackTraceElement[] now = thread.getStackTrace();
            boolean same = now.length > 1 && Arrays.equals(now, before) && now[0].isNativeMethod();
            still = same && now[0].getMethodName().startsWith("cuEventSynchronize") ? still + 1 : 0;
            before = now;
            try {
                Thread.sleep(25);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** With the stream that computes held, nothing but what was given before it can be what a copy waits for. */
    @Test
    void transfersDoNotWaitForKernelsGivenLater() {
        GpuBuffer x = buffer(10);
        runtime.write(values(10, 4), 0, 10, x, 0);
        CudaSlot slot = new CudaSlot(runtime.streams());
        try (CudaEvent given = new CudaEvent(0)) {
            given.record(runtime.streams().compute());
            held(() -> {
                slot.fetch(x, 0, 40, given);
                slot.await();
                assertThat(slot.bytes().getFloat(36)).isEqualTo(4);
                slot.bytes().putFloat(36, 5);
                slot.send(x, 0, 40);
                assertThat(slot.isIdle()).isFalse();
            });
        }
        slot.await();
        assertThat(slot.isIdle()).isTrue();
        assertThat(read(x, 10)).endsWith(4, 5);
        slot.close();
    }

    /** A read waits for the commands before it, not for those that another thread gives meanwhile. */
    @Test
    void readsOfManyThreadsGetWhatWasGivenBeforeThem() throws Exception {
        inThreads(4, thread -> {
            GpuBuffer own = runtime.allocate(4000);
            for (int i = 0; i < 10; i++) {
                runtime.write(values(1000, 10 * thread + i), 0, 1000, own, 0);
                assertThat(read(own, 1000)).containsOnly(10 * thread + i);
            }
            runtime.free(own);
        });
    }

    /** Each scope's tensors take the memory of the one before, which a late command is still to read. */
    @Test
    void memoryIsReusedWhileCommandsReadItByManyThreads() throws Exception {
        int scopes = 8;
        inThreads(4, thread -> {
            try (Scope results = backend.scope()) {
                Tensor all = results.allocate(scopes, 1000);
                for (int i = 0; i < scopes; i++) {
                    try (Scope scope = backend.scope()) {
                        Tensor x = scope.upload(values(1000, 100 * thread + i), 1000);
                        Tensor out = scope.allocate(1000);
                        backend.activations().apply(Activation.RELU, x, out);
                        backend.copy(out, all.slice(i, 1).reshape(1000));
                    }
                }
                for (int i = 0; i < scopes; i++) {
                    assertThat(all.slice(i, 1).toArray()).containsOnly(100 * thread + i);
                }
            }
        });
        assertThat(backend.liveBytes()).isZero();
    }

    private interface Work {
        void of(int thread);
    }

    private static void inThreads(int count, Work work) throws Exception {
        ExecutorService workers = Executors.newFixedThreadPool(count);
        try {
            List<Future<Void>> done = new ArrayList<>();
            for (int t = 0; t < count; t++) {
                int thread = t;
                Callable<Void> task = () -> {
                    work.of(thread);
                    return null;
                };
                done.add(workers.submit(task));
            }
            for (Future<Void> each : done) {
                each.get();
            }
        } finally {
            workers.shutdown();
        }
    }

    @Test
    void marksMeasure() {
        GpuBuffer x = buffer(10);
        try (GpuEvent before = runtime.mark()) {
            runtime.zero(x, 40);
            try (GpuEvent after = runtime.mark()) {
                assertThat(after.nanosSince(before)).isNotNegative();
            }
        }
    }
}
