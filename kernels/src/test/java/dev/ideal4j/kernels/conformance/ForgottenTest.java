package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.support.Watch;
import dev.ideal4j.core.testing.ChildJvm;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What nobody closed and nobody can reach any more. */
class ForgottenTest {
    static Stream<String> names() {
        return Subjects.names().stream();
    }

    /** Collects garbage until something is so; gives up after ten seconds. */
    private static boolean becomes(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 200 && !condition.getAsBoolean(); i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return condition.getAsBoolean();
    }

    private static void forget(Backend backend) {
        for (int i = 0; i < 20; i++) {
            backend.scope().upload(new float[1000], 10, 100);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void memoryOfForgottenScopesComesBack(String name) throws InterruptedException {
        try (Backend backend = Backends.open(name)) {
            forget(backend);
            assertThat(becomes(() -> backend.liveBytes() == 0))
                    .as("%d bytes are left", backend.liveBytes())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aScopeLivesAsLongAsWhatIsUsedOfIt(String name) throws InterruptedException {
        try (Backend backend = Backends.open(name)) {
            Tensor tensor =
                    backend.scope().upload(new float[] {1, 2, 3, 4}, 2, 2).slice(1, 1);
            PackedWeight weight = pack(backend);
            forget(backend);
            long[] least = {Long.MAX_VALUE};
            becomes(() -> {
                least[0] = Math.min(least[0], backend.liveBytes());
                return least[0] < 1000;
            });
            assertThat(tensor.toArray()).containsExactly(3, 4);
            try (Scope scope = backend.scope()) {
                Tensor out = scope.allocate(1, 2);
                backend.products().linear(tensor, weight, Epilogue.NONE, out);
                assertThat(out.toArray()).containsExactly(3, 4);
            }
        }
    }

    private static PackedWeight pack(Backend backend) {
        try (Scope scope = backend.scope()) {
            return backend.products().pack(scope.upload(new float[] {1, 0, 0, 1}, 2, 2), null, backend.scope());
        }
    }

    /** Opens backends and forgets them, or closes them, as told; prints how many threads of theirs are left. */
    static final class Threads {
        public static void main(String[] arguments) throws InterruptedException {
            for (int i = 0; i < 5; i++) {
                open(arguments[0], Boolean.parseBoolean(arguments[1]));
            }
            becomes(() -> count() == 0);
            System.out.println(count());
        }

        private static void open(String name, boolean isClosed) {
            Backend backend = Backends.open(name);
            backend.scope().upload(new float[1000], 1000).toArray();
            if (isClosed) {
                backend.close();
                if (count() > 0) {
                    throw new AssertionError("threads after the backend is closed: " + count());
                }
            }
        }

        private static long count() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().startsWith("ideal4j"))
                    .count();
        }
    }

    @Test
    void noThreadOfAForgottenBackendStays() throws Exception {
        ChildJvm child = ChildJvm.run(null, List.of("-Dideal4j.threads=3"), Threads.class, "cpu", "false");
        assertThat(child.out().strip()).as(child.errors()).isEqualTo("0");
        assertThat(child.errors()).as("nobody asked for warnings").doesNotContain("never closed");
    }

    @Test
    void noThreadOfAClosedBackendStays() throws Exception {
        ChildJvm child = ChildJvm.run(null, List.of("-Dideal4j.threads=3"), Threads.class, "cpu", "true");
        assertThat(child.out().strip()).as(child.errors()).isEqualTo("0");
    }

    @Test
    void aWarningSaysWhereAForgottenObjectWasOpenedIfAsked() throws Exception {
        List<String> options = List.of("-D" + Watch.PROPERTY + "=true", "-Dideal4j.threads=3");
        ChildJvm forgotten = ChildJvm.run(null, options, Threads.class, "cpu", "false");
        assertThat(forgotten.errors())
                .contains("a scope of the backend cpu was never closed")
                .contains("the backend cpu was never closed")
                .contains("at " + Threads.class.getName() + ".open(ForgottenTest.java:");
        ChildJvm closed = ChildJvm.run(null, options, Threads.class, "cpu", "true");
        assertThat(closed.errors()).doesNotContain("never closed");
    }
}
