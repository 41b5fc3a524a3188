package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.PackedWeight;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Memory, scopes, closing and threads of every available backend. */
class DeviceContractTest {
    private static final String THREADS = "ideal4j.threads";

    static List<String> names() {
        return Subjects.names();
    }

    @ParameterizedTest
    @MethodSource("names")
    void roundTripsAndViews(String name) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            assertThat(scope.backend()).isSameAs(backend);
            assertThat(scope.allocate(2, 3).toArray()).containsOnly(0);
            assertThat(scope.allocateIndices(2, 3).toArray()).containsOnly(0);
            assertThat(scope.allocate(0, 3).toArray()).isEmpty();
            float[] values = {1, 2, Float.NaN, -0f, 5, 6};
            Tensor tensor = scope.upload(values, 3, 2);
            values[0] = 100;
            assertThat(tensor.toArray()).containsExactly(1, 2, Float.NaN, -0f, 5, 6);
            assertThat(tensor.slice(1, 2).toArray()).containsExactly(Float.NaN, -0f, 5, 6);
            tensor.slice(1, 1).write(new float[] {7, 8});
            assertThat(tensor.reshape(6).toArray()).containsExactly(1, 2, 7, 8, 5, 6);
            Tensor copy = scope.allocate(2, 2);
            backend.copy(tensor.slice(1, 2).reshape(4), copy);
            assertThat(copy.toArray()).containsExactly(7, 8, 5, 6);
            Indices indices = scope.allocateIndices(3);
            indices.write(new int[] {4, -5, 6});
            assertThat(indices.toArray()).containsExactly(4, -5, 6);
            assertThatThrownBy(() -> tensor.write(new float[5])).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> backend.copy(tensor, copy)).isInstanceOf(InvalidInputException.class);
            assertThatThrownBy(() -> backend.copy(tensor.slice(0, 2), tensor.slice(1, 2)))
                    .isInstanceOf(InvalidInputException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatNobodyHasWrittenIsNaNInTests(String name) {
        try (Scope scope = Subjects.get(name).scope()) {
            assertThat(scope.allocateUninitialised(2, 3).toArray()).containsOnly(Float.NaN);
            assertThat(scope.allocateUninitialised(0, 3).toArray()).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void scopesCountAndFree(String name) {
        Backend backend = Subjects.get(name);
        List<String> closed = new ArrayList<>();
        Scope outer = backend.scope();
        Tensor kept = outer.allocate(100);
        assertThat(backend.liveBytes()).isGreaterThanOrEqualTo(400);
        long before = backend.liveBytes();
        Scope inner = backend.scope();
        Tensor lost = inner.allocate(25);
        Indices lostIndices = inner.allocateIndices(25);
        inner.own(() -> closed.add("first"));
        inner.own(() -> closed.add("second"));
        assertThat(backend.liveBytes()).isGreaterThanOrEqualTo(before + 200);
        inner.close();
        inner.close();
        assertThat(closed).containsExactly("second", "first");
        assertThat(backend.liveBytes()).isEqualTo(before);
        assertThat(kept.toArray()).containsOnly(0);
        assertThatThrownBy(lost::toArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lost.write(new float[25])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(lostIndices::toArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inner.allocate(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inner.allocateIndices(1)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> inner.own(() -> closed.add("late"))).isInstanceOf(IllegalStateException.class);
        assertThat(closed).containsExactly("second", "first", "late");
        outer.close();
        assertThat(backend.liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void freesTheRestWhenAResourceFailsToClose(String name) {
        Backend backend = Subjects.get(name);
        Scope scope = backend.scope();
        scope.allocate(10);
        scope.own(() -> {
            throw new java.io.IOException("stuck");
        });
        scope.allocate(10);
        assertThatThrownBy(scope::close).isInstanceOf(IllegalStateException.class);
        assertThat(backend.liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void outOfMemoryLeavesTheBackendUsable(String name) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            assertThatThrownBy(() -> scope.allocate(1 << 20, 1 << 20))
                    .isInstanceOf(OutOfDeviceMemoryException.class)
                    .hasMessageContaining(Long.toString(1L << 42));
            assertThatThrownBy(() -> scope.allocateIndices(1 << 30, 1 << 30, 2))
                    .isInstanceOf(OutOfDeviceMemoryException.class);
            assertThat(scope.allocate(3).toArray()).containsOnly(0);
        }
        assertThat(backend.liveBytes()).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void labelsBeyondTheClassesAreRefused(String name) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            Indices labels = scope.allocateIndices(2);
            Tensor logits = scope.allocate(2, 3);
            Tensor loss = scope.allocate(1);
            Tensor gradient = scope.allocate(2, 3);
            for (int wrong : new int[] {-1, 3, Integer.MIN_VALUE}) {
                labels.write(new int[] {2, wrong});
                assertThatThrownBy(() -> backend.losses().crossEntropy(logits, labels, loss, gradient))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage("labels: found " + wrong + ", expected 0 to 2");
            }
            assertThat(gradient.toArray()).containsOnly(0);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void closingTheBackendFreesOpenScopes(String name) {
        Backend backend = Backends.open(name);
        Scope scope = backend.scope();
        Tensor tensor = scope.allocate(5);
        PackedWeight weight = backend.products().pack(scope.allocate(2, 5), null, scope);
        assertThat(weight.in()).isEqualTo(5);
        backend.close();
        assertThat(backend.liveBytes()).isZero();
        assertThatThrownBy(tensor::toArray).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> scope.allocate(5)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(backend::scope).isInstanceOf(IllegalStateException.class);
        scope.close();
        backend.close();
    }

    @ParameterizedTest
    @MethodSource("names")
    void refusesWhatAnotherBackendPrepared(String name) {
        for (Backend other : List.of(Subjects.another(name), Subjects.another(Subjects.REFERENCE))) {
            Backend backend = Subjects.get(name);
            try (Scope scope = backend.scope();
                    Scope foreign = other.scope()) {
                Tensor x = scope.allocate(2, 3);
                Tensor out = scope.allocate(2, 2);
                PackedWeight weight = other.products().pack(foreign.allocate(2, 3), foreign.allocate(2), foreign);
                assertThatThrownBy(() -> backend.products().linear(x, weight, Epilogue.NONE, out))
                        .isInstanceOf(InvalidInputException.class);
                NeighbourIndex index = other.neighbours().index(foreign.allocate(5, 3), foreign);
                assertThatThrownBy(() -> backend.neighbours().topK(x, index, 2, out, scope.allocateIndices(2, 2)))
                        .isInstanceOf(InvalidInputException.class);
                assertThatThrownBy(() -> backend.products().pack(scope.allocate(2, 3), null, foreign))
                        .isInstanceOf(InvalidInputException.class);
                assertThatThrownBy(() -> backend.neighbours().index(x, foreign))
                        .isInstanceOf(InvalidInputException.class);
                Tensor there = foreign.allocate(2, 3);
                assertThatThrownBy(() -> backend.copy(there, x)).isInstanceOf(InvalidInputException.class);
                assertThatThrownBy(() -> backend.copy(x, there)).isInstanceOf(InvalidInputException.class);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void preparedThingsKeepCopiesAndCanBeClosedEarly(String name) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            Tensor rows = scope.upload(new float[] {1, 0, 0, 2}, 2, 2);
            NeighbourIndex index = backend.neighbours().index(rows, scope);
            PackedWeight weight = backend.products().pack(rows, null, scope);
            rows.write(new float[4]);
            assertThat(index.rows().toArray()).containsExactly(1, 0, 0, 2);
            assertThat(index.size()).isEqualTo(2);
            assertThat(index.width()).isEqualTo(2);
            Tensor x = scope.upload(new float[] {3, 4}, 1, 2);
            Tensor out = scope.allocate(1, 2);
            backend.products().linear(x, weight, Epilogue.NONE, out);
            assertThat(out.toArray()).containsExactly(3, 8);
            long before = backend.liveBytes();
            index.close();
            weight.close();
            assertThat(backend.liveBytes()).isLessThan(before);
            assertThatThrownBy(() -> backend.products().linear(x, weight, Epilogue.NONE, out))
                    .isInstanceOf(IllegalStateException.class);
            Indices indices = scope.allocateIndices(1, 2);
            assertThatThrownBy(() -> backend.neighbours().topK(x, index, 2, out, indices))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(backend.liveBytes()).isZero();
    }

    /** Threads with scopes of their own and shared weights get the bits that one thread gets alone. */
    @ParameterizedTest
    @MethodSource("names")
    void threadsDoNotDisturbEachOther(String name) throws Exception {
        Backend backend = Subjects.get(name);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Scope scope = backend.scope()) {
            Tensor references = scope.upload(SeededValues.uniform("references", 207 * 48, 1, 0), 207, 48);
            NeighbourIndex index = backend.neighbours().index(references, scope);
            PackedWeight weight = backend.products()
                    .pack(references.slice(0, 144), references.slice(3, 3).reshape(144), scope);
            Callable<Results> work = () -> chain(backend, weight, index);
            Results alone = work.call();
            List<Future<Results>> results = new ArrayList<>();
            for (int i = 0; i < 24; i++) {
                results.add(threads.submit(work));
            }
            for (Future<Results> result : results) {
                assertThat(result.get().sameBits(alone)).isTrue();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(backend.liveBytes()).isZero();
    }

    /** Backends that have a number of threads read it from this property when they open. */
    @ParameterizedTest
    @MethodSource("names")
    void theNumberOfThreadsDoesNotChangeABit(String name) {
        String before = System.getProperty(THREADS);
        List<Results> results = new ArrayList<>();
        try {
            for (String threads : List.of("1", "2", "3", "8")) {
                System.setProperty(THREADS, threads);
                try (Backend backend = Backends.open(name);
                        Scope scope = backend.scope()) {
                    results.add(chain(backend, scope));
                }
            }
        } finally {
            if (before == null) {
                System.clearProperty(THREADS);
            } else {
                System.setProperty(THREADS, before);
            }
        }
        for (Results result : results) {
            assertThat(result.sameBits(results.get(0))).isTrue();
        }
    }

    private static Results chain(Backend backend, Scope scope) {
        Tensor references = scope.upload(SeededValues.uniform("references", 207 * 48, 1, 0), 207, 48);
        PackedWeight weight = backend.products()
                .pack(references.slice(0, 144), references.slice(3, 3).reshape(144), scope);
        return chain(backend, weight, backend.neighbours().index(references, scope));
    }

    private static Results chain(Backend backend, PackedWeight weight, NeighbourIndex index) {
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(SeededValues.uniform("x", 31 * 48, 1, 0), 1, 31, 48);
            Tensor qkv = scope.allocate(1, 31, 144);
            backend.products().linear(x, weight, Epilogue.GELU, qkv);
            Tensor mixed = scope.allocate(1, 31, 48);
            backend.attention().self(qkv, 3, mixed);
            Tensor cosines = scope.allocate(31, 12);
            Indices nearest = scope.allocateIndices(31, 12);
            backend.neighbours().topK(mixed, index, 12, cosines, nearest);
            Tensor clean = scope.allocate(31, 48);
            backend.localPca().erase(mixed.reshape(31, 48), index.rows(), cosines, nearest, 4, 0.8f, clean);
            return new Results(
                    List.of(mixed.toArray(), cosines.toArray(), clean.toArray()), List.of(nearest.toArray()));
        }
    }
}
