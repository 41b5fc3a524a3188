package dev.ideal4j.eval.evaluate;

import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/** Measures the time and memory that a detector takes during a run. Not thread-safe. */
final class CostMeter {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String PEAK = "VmHWM:";

    private long fits;
    private long fitNanos;
    private long scored;
    private long scoreNanos;

    <T extends Scorer> T fit(Supplier<T> fit) {
        long start = System.nanoTime();
        T fitted = fit.get();
        fitNanos += System.nanoTime() - start;
        fits++;
        return fitted;
    }

    List<Anomaly> score(int images, Supplier<List<Anomaly>> score) {
        long start = System.nanoTime();
        List<Anomaly> anomalies = score.get();
        scoreNanos += System.nanoTime() - start;
        scored += images;
        return anomalies;
    }

    Results.Cost cost() {
        return new Results.Cost(mean(fitNanos, fits), mean(scoreNanos, scored), peakBytes());
    }

    private static double mean(long nanos, long count) {
        return count == 0 ? Double.NaN : Math.rint(nanos / 1e5 / count) / 1e4;
    }

    /** The most memory that the process had resident, in bytes; 0 on systems other than Linux. */
    private static long peakBytes() {
        if (!Files.isReadable(STATUS)) {
            return 0;
        }
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(PEAK))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }
}
