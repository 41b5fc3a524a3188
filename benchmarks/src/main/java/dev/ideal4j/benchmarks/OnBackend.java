package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A backend, and a scope for what a benchmark works on. */
@State(Scope.Benchmark)
public class OnBackend {
    /** The backend, as in {@code --backend}. */
    @Param("cpu")
    public String backendName;

    Backend backend;
    dev.ideal4j.core.Scope scope;

    /** Opens the backend. */
    @Setup(Level.Trial)
    public void open() {
        backend = Backends.open(backendName);
        scope = backend.scope();
    }

    /** Made-up values in [−1, 1). */
    Tensor values(String name, int... shape) {
        Tensor tensor = scope.allocate(shape);
        tensor.write(SeededValues.uniform(name, Math.toIntExact(tensor.shape().size()), 1, 0));
        return tensor;
    }

    /** Waits for a device's pending work, by reading one number. */
    static float await(Tensor tensor) {
        return tensor.reshape(Math.toIntExact(tensor.shape().size()))
                .slice(0, 1)
                .toArray()[0];
    }

    /** Frees everything. */
    @TearDown(Level.Trial)
    public void close() {
        scope.close();
        backend.close();
    }
}
