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
 * What the tasks of an executor share: one backend, and each backbone and each fitted detector once, by their content. They live
 * as long as the JVM.
 */
final class OncePerJvm {
    /** System property of the CPU backend: a number of threads that a user chose is kept. */
    private static final String THREADS = "ideal4j.threads";

    private static final Map<String, FeatureExtractor> BACKBONES = new HashMap<>();
    private static final Map<String, FittedDetector> DETECTORS = new HashMap<>();
    private static Backend backend;

    private OncePerJvm() {}

    /** How many backbones and fitted detectors this JVM has loaded. */
    static synchronized int loaded() {
        return BACKBONES.size() + DETECTORS.size();
    }

    /** The backend, with as many threads as the tasks of this executor have CPUs. */
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
     * Each task computes in its own thread, and shares the others with the tasks beside it: of {@code spark.task.cpus} a task
     * needs one less.
     */
    private static int threads() {
        TaskContext task = TaskContext.get();
        int cpus = task == null ? 1 : task.cpus();
        int cores = SparkEnv.get() == null ? cpus : SparkEnv.get().conf().getInt("spark.executor.cores", cpus);
        return Math.max(1, cores / cpus) * (cpus - 1) + 1;
    }

    /** A backbone, which is opened if it is not there yet. */
    static synchronized FeatureExtractor backbone(Shipped.Backbone shipped) {
        FeatureExtractor known = BACKBONES.get(shipped.id());
        if (known == null) {
            known = shipped.content().value().open(backend());
            BACKBONES.put(shipped.id(), known);
        }
        return known;
    }

    /** A fitted detector, which is loaded if it is not there yet. */
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
