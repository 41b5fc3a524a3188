package dev.ideal4j.spark;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import java.io.ByteArrayInputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;

/**
 * Objects that the tasks of an executor share: one backend, and each backbone and each fitted detector once. Objects with
 * equal content are shared. They are never closed.
 */
final class OncePerJvm {
    /** System property of the CPU backend. A number of threads that the user has set is kept. */
    private static final String THREADS = "ideal4j.threads";

    private static final Map<String, FeatureExtractor> BACKBONES = new HashMap<>();
    private static final Map<String, FittedDetector> DETECTORS = new HashMap<>();
    private static Backend backend;

    private OncePerJvm() {}

    /** Number of backbones and fitted detectors that this JVM has loaded. */
    static synchronized int loaded() {
        return BACKBONES.size() + DETECTORS.size();
    }

    /** The backend. Its number of threads follows from the CPUs of the executor's tasks. */
    static synchronized Backend backend() {
        if (backend == null) {
            backend = Backends.best(
                    System.getProperty(THREADS) != null
                            ? Backends.Options.DEFAULT
                            : Backends.Options.DEFAULT.withThreads(threads()));
        }
        return backend;
    }

    /**
     * Number of threads of the backend. Each task computes in its own thread and in threads of the backend, which all tasks
     * share. A task with {@code spark.task.cpus} therefore needs one thread less from the backend.
     */
    private static int threads() {
        TaskContext task = TaskContext.get();
        int cpus = task == null ? 1 : task.cpus();
        int cores = SparkEnv.get() == null ? cpus : SparkEnv.get().conf().getInt("spark.executor.cores", cpus);
        return Math.max(1, cores / cpus) * (cpus - 1) + 1;
    }

    /** A backbone, opened at the first call. */
    static synchronized FeatureExtractor backbone(Shipped.Backbone shipped) {
        FeatureExtractor known = BACKBONES.get(shipped.id());
        if (known == null) {
            known = shipped.content().value().open(backend());
            BACKBONES.put(shipped.id(), known);
        }
        return known;
    }

    /** A fitted detector, loaded at the first call. */
    static synchronized FittedDetector detector(Shipped shipped) {
        FittedDetector known = DETECTORS.get(shipped.id());
        if (known == null) {
            FeatureExtractor extractor = backbone(shipped.backbone());
            known = FittedDetectors.load(new ByteArrayInputStream(shipped.file().value()), extractor);
            DETECTORS.put(shipped.id(), known);
        }
        return known;
    }
}
