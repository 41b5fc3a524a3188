package dev.ideal4j.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.kernels.cuda.EmulatedDriver.Number;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Recordings of the CUDA backend are graphs: what they make the driver do, and what they leave behind. */
class CudaGraphTest {
    private static final int ROWS = 3;
    private static final int WIDTH = 40;
    private static final String REASON = "the CUDA driver of this JVM is not emulated: graphs are tested where it is";
    private static final String GRAPH = "a CUDA graph";

    private Backend backend;
    private Scope scope;
    private Tensor in;
    private Tensor out;

    @BeforeEach
    void open() {
        assumeTrue(System.getProperty(EmulatedDriver.PROPERTY) != null, REASON);
        backend = Backends.open("cuda:0");
        scope = backend.scope();
        in = scope.allocate(ROWS, WIDTH);
        out = scope.allocate(ROWS, WIDTH);
        run();
    }

    @AfterEach
    void nothingStaysBehind() {
        if (backend != null) {
            Number.FAILING_CREATION.set(0);
            Number.DELAY.set(0);
            scope.close();
            assertThat(backend.liveBytes()).isZero();
            long leftBehind = Number.LEFT_BEHIND.get();
            backend.close();
            assertThat(Number.LEFT_BEHIND.get()).isEqualTo(leftBehind);
        }
    }

    /** Launches, fills and copies. Each command needs the result of the command before it. */
    private void run() {
        try (Scope scratch = backend.scope()) {
            Tensor unit = scratch.allocate(ROWS, WIDTH);
            backend.normalization().l2(in, 1e-6f, unit);
            Tensor copy = scratch.allocate(ROWS, WIDTH);
            backend.copy(unit, copy);
            backend.activations().softmax(copy, unit);
            backend.activations().add(unit, 0.5f, in, out);
        }
    }

    private float[] of(String seed, Runnable pass) {
        in.write(SeededValues.uniform(seed, ROWS * WIDTH, 1, 0));
        pass.run();
        return out.toArray();
    }

    @Test
    void isCapturedOnceAndLaunchedAsOne() {
        float[] expected = of("a", this::run);
        long launches = Number.LAUNCHES.get();
        run();
        long each = Number.LAUNCHES.get() - launches;
        long streams = Number.LIVE_STREAMS.get();
        long instances = Number.LIVE_INSTANCES.get();
        launches = Number.LAUNCHES.get();
        Recording recording = backend.record(this::run);
        assertThat(Number.LAUNCHES.get() - launches).as("run and captured").isEqualTo(2 * each);
        assertThat(recording.description()).isEqualTo("6 commands, " + GRAPH);
        assertThat(Number.LIVE_INSTANCES.get()).isEqualTo(instances + 1);
        assertThat(Number.LIVE_GRAPHS.get()).isZero();
        assertThat(Number.LIVE_STREAMS.get()).isEqualTo(streams);
        launches = Number.LAUNCHES.get();
        long graphs = Number.GRAPH_LAUNCHES.get();
        assertThat(of("b", recording::replay)).isNotEqualTo(expected);
        assertThat(of("a", recording::replay)).isEqualTo(expected);
        assertThat(Number.LAUNCHES.get()).isEqualTo(launches);
        assertThat(Number.GRAPH_LAUNCHES.get()).isEqualTo(graphs + 2);
        recording.replay();
        recording.close();
        recording.close();
        assertThat(Number.LIVE_INSTANCES.get()).isEqualTo(instances);
    }

    /** A replay takes its turn among other commands, with what they bring along. */
    @Test
    void runsInItsTurn() {
        List<float[]> expected = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            expected.add(of("turn" + i, this::run));
        }
        Number.DELAY.set(2000);
        try (Recording recording = backend.record(this::run);
                Scope kept = backend.scope()) {
            List<Tensor> results = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                in.write(SeededValues.uniform("turn" + i, ROWS * WIDTH, 1, 0));
                recording.replay();
                Tensor result = kept.allocate(ROWS, WIDTH);
                backend.copy(out, result);
                results.add(result);
            }
            for (int i = 0; i < 8; i++) {
                assertThat(results.get(i).toArray()).isEqualTo(expected.get(i));
            }
        }
    }

    /** Others launch, allocate, free and read all the time: none of it is captured, and none of it ends a capture. */
    @Test
    void otherThreadsGoOnDuringTheCapture() throws Exception {
        float[] expected = of("a", this::run);
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                int own = i;
                others.add(threads.submit(() -> keepBusy(own, over)));
            }
            for (int i = 0; i < 60; i++) {
                try (Recording recording = backend.record(this::run)) {
                    assertThat(recording.description()).isEqualTo("6 commands, " + GRAPH);
                    assertThat(of("a", recording::replay)).isEqualTo(expected);
                }
            }
            over.set(true);
            for (Future<Integer> other : others) {
                assertThat(other.get()).isPositive();
            }
        } finally {
            over.set(true);
            threads.shutdown();
        }
    }

    /** Memory comes from the driver each time: no two sizes are alike, and the runtime frees it at once. */
    private int keepBusy(int thread, AtomicBoolean over) {
        CudaRuntime runtime = (CudaRuntime) ((GpuBackend) backend).runtime();
        int rounds = 0;
        for (; !over.get(); rounds++) {
            runtime.free(runtime.allocate(1 << 12));
            try (Scope own = backend.scope()) {
                float[] values = SeededValues.uniform("busy" + thread + "." + rounds % 5, 64, 1, 0);
                Tensor a = own.upload(values, 64);
                Tensor sum = own.allocate(64);
                backend.activations().add(a, 1, a, sum);
                float[] found = sum.toArray();
                for (int i = 0; i < 64; i++) {
                    assertThat(found[i]).isEqualTo(values[i] + values[i]);
                }
            }
        }
        return rounds;
    }

    @Test
    void closingTheBackendDestroysGraphs() {
        long instances = Number.LIVE_INSTANCES.get();
        List<Recording> recordings = List.of(backend.record(this::run), backend.record(this::run));
        assertThat(Number.LIVE_INSTANCES.get()).isEqualTo(instances + 2);
        recordings.get(0).replay();
        backend.close();
        assertThat(Number.LIVE_INSTANCES.get()).isEqualTo(instances);
        recordings.forEach(Recording::close);
    }

    /** Whatever the driver has no room for: there is a graph, or the commands one by one, or an error, and no leak. */
    @Test
    void worksWithoutWhatCannotBeMade() {
        float[] expected = of("a", this::run);
        long streams = Number.LIVE_STREAMS.get();
        long instances = Number.LIVE_INSTANCES.get();
        long live = backend.liveBytes();
        int oneByOne = 0;
        long left;
        int creation = 0;
        do {
            Number.FAILING_CREATION.set(++creation);
            try (Recording recording = backend.record(this::run)) {
                left = Number.FAILING_CREATION.get();
                Number.FAILING_CREATION.set(0);
                if (!recording.description().endsWith(GRAPH)) {
                    assertThat(recording.description()).contains("one by one").contains("OUT_OF_MEMORY");
                    oneByOne++;
                }
                assertThat(of("a", recording::replay)).isEqualTo(expected);
            } catch (Ideal4jException e) {
                left = 0;
                Number.FAILING_CREATION.set(0);
            }
            assertThat(Number.LIVE_GRAPHS.get()).isZero();
            assertThat(Number.LIVE_STREAMS.get()).isEqualTo(streams);
            assertThat(Number.LIVE_INSTANCES.get()).isEqualTo(instances);
            assertThat(backend.liveBytes()).isEqualTo(live);
            assertThat(of("a", this::run)).isEqualTo(expected);
        } while (left == 0);
        assertThat(oneByOne).as("no stream, no instance").isEqualTo(2);
    }
}
