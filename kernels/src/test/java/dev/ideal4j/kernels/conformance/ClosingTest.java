package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.testing.ChildJvm;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Closing a backend, and interrupting its callers, while threads use it. */
class ClosingTest {
    private static final int THREADS = 6;

    static Stream<String> names() {
        return Subjects.names().stream();
    }

    /** Opens a backend, gives operations from many threads and closes it meanwhile, again and again. */
    static final class UnderLoad {
        public static void main(String[] arguments) throws InterruptedException {
            int rounds = Integer.parseInt(arguments[1]);
            for (int round = 0; round < rounds; round++) {
                Backend backend = Backends.open(arguments[0]);
                Scope weights = backend.scope();
                Tensor weight = weights.upload(new float[64 * 64], 64, 64);
                use(backend, weight);
                Set<String> ends = new ConcurrentSkipListSet<>();
                CountDownLatch begun = new CountDownLatch(THREADS);
                Thread[] threads = new Thread[THREADS];
                for (int i = 0; i < threads.length; i++) {
                    threads[i] = new Thread(() -> {
                        try {
                            begun.countDown();
                            while (true) {
                                use(backend, weight);
                            }
                        } catch (RuntimeException | Error e) {
                            ends.add(e.getClass().getSimpleName());
                        }
                    });
                    threads[i].start();
                }
                begun.await();
                TimeUnit.MILLISECONDS.sleep(round % 7);
                if (round % 2 == 0) {
                    weights.close();
                }
                backend.close();
                for (Thread thread : threads) {
                    thread.join();
                }
                System.out.println(String.join(" ", ends));
            }
        }

        private static void use(Backend backend, Tensor weight) {
            try (Scope scope = backend.scope()) {
                Tensor x = scope.upload(new float[32 * 64], 32, 64);
                Tensor y = scope.allocate(32, 64);
                for (int i = 0; i < 10; i++) {
                    backend.products().multiply(x, weight, y);
                    backend.activations().softmax(y, x);
                }
                x.toArray();
            }
        }
    }

    private static void closesUnderLoad(String name, int rounds) throws Exception {
        String library = System.getProperty("emulated.driver", "");
        ChildJvm child = ChildJvm.run(
                null,
                List.of("-Demulated.driver=" + library, "-Xmx512m"),
                UnderLoad.class,
                name,
                Integer.toString(rounds));
        assertThat(child.exitCode()).as(child.errors()).isZero();
        assertThat(child.out().lines()).hasSize(rounds).containsOnly("ClosedException");
    }

    @ParameterizedTest
    @MethodSource("names")
    void aBackendThatClosesUnderLoadEndsNoJvm(String name) throws Exception {
        closesUnderLoad(name, 20);
    }

    @Tag("soak")
    @ParameterizedTest
    @MethodSource("names")
    void aBackendThatClosesUnderLoadEndsNoJvmInManyRounds(String name) throws Exception {
        closesUnderLoad(name, 200);
    }

    @ParameterizedTest
    @MethodSource("names")
    void closingWaitsForCallsUnderWayAndRefusesLaterOnes(String name) throws InterruptedException {
        Backend backend = Backends.open(name);
        Lifetime.Call call = backend.use();
        Thread closing = new Thread(backend::close);
        closing.start();
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        try (Scope scope = backend.scope()) {
            backend.use().close(); // a part of the call under way
            assertThat(scope.upload(new float[] {1, 2}, 2).toArray()).containsExactly(1, 2);
        }
        assertThatThrownBy(backend::close).isInstanceOf(IllegalStateException.class);
        Thread late = new Thread(() -> assertThatThrownBy(backend::use)
                .isInstanceOf(ClosedException.class)
                .hasMessage("the backend " + backend.name() + " is closed"));
        Throwable[] failure = new Throwable[1];
        late.setUncaughtExceptionHandler((thread, error) -> failure[0] = error);
        late.start();
        late.join();
        assertThat(failure[0]).isNull();
        assertThat(closing.isAlive()).isTrue();
        call.close();
        closing.join();
        assertThatThrownBy(backend::scope)
                .isInstanceOf(ClosedException.class)
                .hasMessage("the backend " + backend.name() + " is closed");
        backend.close();
    }

    @ParameterizedTest
    @MethodSource("names")
    void anInterruptedThreadStopsComputingAndTheBackendIsAsGoodAsBefore(String name) {
        Backend backend = Subjects.get(name);
        try (Scope scope = backend.scope()) {
            Tensor x = scope.upload(new float[] {1, 2, 3, 4}, 2, 2);
            Tensor y = scope.allocate(2, 2);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> backend.products().multiply(x, x, y))
                    .isInstanceOf(WorkInterruptedException.class)
                    .hasMessageContaining("interrupted");
            assertThat(Thread.interrupted()).as("the flag stays").isTrue();
            backend.products().multiply(x, x, y);
            assertThat(y.toArray()).containsExactly(7, 10, 15, 22);
        } finally {
            Thread.interrupted();
        }
    }

    /** One operation that takes many seconds. */
    @Test
    void anOperationOfTheCpuEndsSoonAfterTheInterrupt() throws InterruptedException {
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            int queries = 1 << 17;
            Tensor x = scope.allocate(queries, 256);
            NeighbourIndex index = backend.neighbours().index(x.slice(0, 1 << 15), scope);
            Tensor cosines = scope.allocate(queries, 1);
            Indices found = scope.allocateIndices(queries, 1);
            for (int i = 0; i < 20; i++) { // until the loops are compiled, a task takes long
                backend.neighbours().topK(x.slice(0, 64), index, 1, cosines.slice(0, 64), scope.allocateIndices(64, 1));
            }
            Throwable[] end = new Throwable[1];
            Thread thread = new Thread(() -> {
                try {
                    backend.neighbours().topK(x, index, 1, cosines, found);
                } catch (RuntimeException e) {
                    end[0] = e;
                }
            });
            thread.start();
            thread.join(300);
            thread.interrupt();
            thread.join(2000);
            assertThat(thread.isAlive()).isFalse();
            assertThat(end[0]).isInstanceOf(WorkInterruptedException.class);
        }
    }
}
