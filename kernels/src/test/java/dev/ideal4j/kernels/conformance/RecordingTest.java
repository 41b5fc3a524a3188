package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@link Backend#record} promises, on every available backend. */
class RecordingTest {
    private static final int ROWS = 24;
    private static final int WIDTH = 48;

    static List<String> names() {
        return Subjects.names();
    }

    /** A small pass like a detector's, from rows to a smoothed map, over tensors that stay. */
    private static final class Pass implements AutoCloseable {
        private final Backend backend;
        private final Scope scope;
        private final NeighbourIndex index;
        private final PackedWeight weight;
        private final Tensor in;
        private final Tensor clean;
        private final Tensor map;

        Pass(Backend backend) {
            this.backend = backend;
            this.scope = backend.scope();
            Tensor references = scope.upload(SeededValues.uniform("references", 70 * WIDTH, 1, 0), 70, WIDTH);
            index = backend.neighbours().index(references, scope);
            weight = backend.products().pack(references.slice(0, WIDTH), null, scope);
            in = scope.allocate(ROWS, WIDTH);
            clean = scope.allocate(ROWS, WIDTH);
            map = scope.allocate(1, 12, 20);
        }

        void run() {
            try (Scope scratch = backend.scope()) {
                Tensor mixed = scratch.allocate(ROWS, WIDTH);
                backend.products().linear(in, weight, Epilogue.GELU, mixed);
                Tensor cosines = scratch.allocate(ROWS, 5);
                Indices nearest = scratch.allocateIndices(ROWS, 5);
                backend.neighbours().topK(mixed, index, 5, cosines, nearest);
                backend.localPca().erase(mixed, index.rows(), cosines, nearest, 2, 0.8f, clean);
                Tensor lengths = scratch.allocate(ROWS);
                backend.reductions().norm(clean, lengths);
                backend.resampling().bilinear(lengths.reshape(1, 4, 6), map);
                backend.resampling().gaussianBlur(map, 1.5f, map);
            }
        }

        Results of(String seed, Runnable pass) {
            in.write(SeededValues.uniform(seed, ROWS * WIDTH, 1, 0));
            pass.run();
            return new Results(List.of(clean.toArray(), map.toArray()), List.of());
        }

        @Override
        public void close() {
            scope.close();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void replaysHaveTheBitsOfRunningAgain(String name) {
        Backend backend = Subjects.get(name);
        try (Pass pass = new Pass(backend)) {
            pass.in.write(SeededValues.uniform("first", ROWS * WIDTH, 1, 0));
            try (Recording recording = backend.record(pass::run)) {
                Results recorded = new Results(List.of(pass.clean.toArray(), pass.map.toArray()), List.of());
                assertThat(recorded.sameBits(pass.of("first", pass::run))).isTrue();
                for (String seed : List.of("a", "b", "first", "a")) {
                    Results direct = pass.of(seed, pass::run);
                    pass.clean.write(new float[ROWS * WIDTH]);
                    pass.map.write(new float[240]);
                    assertThat(pass.of(seed, recording::replay).sameBits(direct))
                            .isTrue();
                }
                assertThat(pass.of("a", recording::replay).sameBits(pass.of("b", recording::replay)))
                        .isFalse();
                assertThat(recording.description()).endsWith(way(name));
            }
        }
        assertThat(backend.liveBytes()).isZero();
    }

    private static String way(String name) {
        return switch (name.split(":")[0]) {
            case "cuda" -> "a CUDA graph";
            case "opencl" -> "one by one";
            default -> "run again each time";
        };
    }

    @ParameterizedTest
    @MethodSource("names")
    void scratchBelongsToTheRecordingUntilItCloses(String name) {
        Backend backend = Subjects.get(name);
        try (Pass pass = new Pass(backend)) {
            long before = backend.liveBytes();
            Recording recording = backend.record(pass::run);
            long held = backend.liveBytes();
            if (backend instanceof GpuBackend) {
                assertThat(held - before).isGreaterThanOrEqualTo(4L * ROWS * WIDTH);
            } else {
                assertThat(held).isEqualTo(before);
            }
            Results direct = pass.of("a", pass::run);
            try (Scope others = backend.scope()) {
                List<Tensor> full = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    full.add(others.upload(new float[] {i, i, i}, 3));
                    full.add(others.allocate(ROWS, WIDTH));
                }
                assertThat(pass.of("a", recording::replay).sameBits(direct)).isTrue();
                for (int i = 0; i < 200; i++) {
                    assertThat(full.get(2 * i).toArray()).containsOnly(i);
                    assertThat(full.get(2 * i + 1).toArray()).containsOnly(0);
                }
            }
            for (int i = 0; i < 100; i++) {
                recording.replay();
            }
            assertThat(backend.liveBytes()).isEqualTo(held);
            recording.close();
            recording.close();
            assertThat(backend.liveBytes()).isEqualTo(before);
            assertThatThrownBy(recording::replay).isInstanceOf(IllegalStateException.class);
        }
        assertThat(backend.liveBytes()).isZero();
    }

    /** Some threads record and replay, others run the same without; nobody's commands get into another's. */
    @ParameterizedTest
    @MethodSource("names")
    void threadsDoNotDisturbRecordings(String name) throws Exception {
        Backend backend = Subjects.get(name);
        List<Results> expected = new ArrayList<>();
        try (Pass pass = new Pass(backend)) {
            for (int i = 0; i < 4; i++) {
                expected.add(pass.of("query" + i, pass::run));
            }
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Pass shared = new Pass(backend);
                Recording sharedRecording = backend.record(shared::run)) {
            List<Future<Boolean>> all = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                int task = i;
                all.add(threads.submit(() -> {
                    Results wanted = expected.get(task % 4);
                    String seed = "query" + task % 4;
                    if (task % 3 == 0) {
                        synchronized (shared) {
                            return shared.of(seed, sharedRecording::replay).sameBits(wanted);
                        }
                    }
                    try (Pass own = new Pass(backend)) {
                        if (task % 3 == 1) {
                            return own.of(seed, own::run).sameBits(wanted);
                        }
                        own.in.write(SeededValues.uniform("other", ROWS * WIDTH, 1, 0));
                        try (Recording recording = backend.record(own::run)) {
                            return own.of(seed, recording::replay).sameBits(wanted)
                                    && own.of(seed, recording::replay).sameBits(wanted);
                        }
                    }
                }));
            }
            for (Future<Boolean> one : all) {
                assertThat(one.get()).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(backend.liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatCannotBeReplayedIsRefused(String name) {
        Backend backend = Subjects.get(name);
        try (Pass pass = new Pass(backend)) {
            Results direct = pass.of("a", pass::run);
            Indices indices = pass.scope.allocateIndices(3);
            Recording other = backend.record(pass::run);
            List<Tensor> left = new ArrayList<>();
            refused(backend, pass, "a read of 240 elements", running -> pass.map.toArray());
            refused(backend, pass, "a write of 3 elements", running -> running.upload(new float[3], 3));
            refused(backend, pass, "a read of 3 elements", running -> indices.toArray());
            refused(backend, pass, "a write of 3 elements", running -> indices.write(new int[3]));
            refused(backend, pass, "another recording", running -> backend.record(pass::run));
            refused(
                    backend,
                    pass,
                    backend instanceof GpuBackend ? "a replay" : "another recording",
                    running -> other.replay());
            refused(backend, pass, "a read of 240 elements", running -> ignoring(() -> pass.map.toArray()));
            refused(backend, pass, "another recording", running -> ignoring(() -> backend.record(pass::run)));
            refused(backend, pass, "2 tensors left allocated", running -> {
                left.add(pass.scope.allocate(5));
                left.add(pass.scope.allocate(6));
            });
            refused(backend, pass, "shape", running -> backend.normalization().l2(pass.in, 0, running.allocate(3)));
            assertThat(left.get(1).toArray()).containsOnly(0);
            assertThat(pass.of("a", other::replay).sameBits(direct)).isTrue();
            try (Recording recording = backend.record(pass::run)) {
                assertThat(pass.of("a", recording::replay).sameBits(direct)).isTrue();
            }
            other.close();
        }
        assertThat(backend.liveBytes()).isZero();
    }

    private static void ignoring(Runnable wrong) {
        assertThatThrownBy(wrong::run).isInstanceOf(InvalidInputException.class);
    }

    private static void refused(Backend backend, Pass pass, String named, Consumer<Scope> wrong) {
        assertThatThrownBy(() -> backend.record(() -> {
                    pass.run();
                    try (Scope scope = backend.scope()) {
                        wrong.accept(scope);
                    }
                    pass.run();
                }))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(named);
    }

    @ParameterizedTest
    @MethodSource("names")
    void memoryThatIsGoneIsNotUsed(String name) {
        Backend backend = Subjects.get(name);
        Pass pass = new Pass(backend);
        Recording recording = backend.record(pass::run);
        pass.weight.close();
        assertThatThrownBy(recording::replay).isInstanceOf(IllegalStateException.class);
        pass.close();
        assertThatThrownBy(recording::replay).isInstanceOf(IllegalStateException.class);
        recording.close();
        assertThat(backend.liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void closingTheBackendClosesRecordings(String name) {
        Backend backend = Backends.open(name);
        Pass pass = new Pass(backend);
        Recording recording = backend.record(pass::run);
        recording.replay();
        backend.close();
        assertThat(backend.liveBytes()).isZero();
        assertThatThrownBy(recording::replay).isInstanceOf(IllegalStateException.class);
        recording.close();
    }
}
