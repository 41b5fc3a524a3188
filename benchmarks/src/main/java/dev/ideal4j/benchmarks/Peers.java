package dev.ideal4j.benchmarks;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Measures us beside other runtimes: one run of ours, one of the peer's, and so on in turn, so that whatever else the
 * machine does falls on both. Checks first that both give the same.
 */
public final class Peers {
    private static final int SIZE = 448;
    private static final int WARM_UP = 6;

    /** Pause before a run, in which the other side's threads stop spinning. */
    private static final long PAUSE_MILLIS = 150;

    /** Largest difference between the results, relative to the largest value. */
    private static final double TOLERANCE = 1e-3;

    private final String commit;
    private final int rounds;
    private final Path history;

    private Peers(String commit, int rounds, Path history) {
        this.commit = commit;
        this.rounds = rounds;
        this.history = history;
    }

    /** One side of a comparison: runs once and gives its result. */
    @FunctionalInterface
    private interface Side {
        float[] run() throws OrtException;
    }

    /**
     * Compares, prints a line each and appends it to the history.
     *
     * @param arguments commit, rounds, history file
     */
    public static void main(String[] arguments) throws IOException, OrtException {
        Peers peers = new Peers(arguments[0], Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        try (Backend backend = Backends.best()) {
            System.out.println(backend.description() + "; peer: ONNX Runtime");
            peers.visionTransformer("dinov2_vits14", 1, backend);
            peers.visionTransformer("dinov2_vits14", 4, backend);
            peers.visionTransformer("dinov2_vitb14", 1, backend);
        }
    }

    private void visionTransformer(String model, int batch, Backend backend) throws IOException, OrtException {
        VitWeights weights = VitWeights.seeded(VitConfig.named(model), model + "/");
        float[] pixels = SeededValues.uniform("images", batch * 3 * SIZE * SIZE, 2, 0);
        try (VisionTransformer network = VisionTransformer.load(weights, backend);
                OnnxPeer peer = new OnnxPeer(weights, SIZE, Runtime.getRuntime().availableProcessors())) {
            Side ours = () -> {
                try (Scope scope = backend.scope()) {
                    Tensor images = scope.upload(pixels, batch, 3, SIZE, SIZE);
                    return network.patches(images, scope).toArray();
                }
            };
            compare(
                    model + "_" + SIZE + "_batch" + batch,
                    backend.name(),
                    ours,
                    () -> peer.patches(pixels, batch, SIZE));
        }
    }

    private void compare(String what, String backend, Side ours, Side peer) throws OrtException, IOException {
        double difference = difference(ours.run(), peer.run());
        if (!(difference < TOLERANCE)) {
            throw new IllegalStateException(what + ": results differ by " + difference + ", at most " + TOLERANCE);
        }
        for (int i = 1; i < WARM_UP; i++) {
            ours.run();
            peer.run();
        }
        double[] oursTimes = new double[rounds];
        double[] peerTimes = new double[rounds];
        double[] ratios = new double[rounds];
        for (int round = 0; round < rounds; round++) {
            oursTimes[round] = milliseconds(ours);
            peerTimes[round] = milliseconds(peer);
            ratios[round] = oursTimes[round] / peerTimes[round];
        }
        report(what, backend, median(oursTimes), median(peerTimes), median(ratios));
    }

    /** Largest difference relative to the largest value. */
    private static double difference(float[] a, float[] b) {
        double difference = a.length == b.length ? 0 : Double.NaN;
        double largest = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
            largest = Math.max(largest, Math.abs(b[i]));
        }
        return difference / largest;
    }

    private static double milliseconds(Side side) throws OrtException {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        long start = System.nanoTime();
        side.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private void report(String what, String backend, double ours, double peer, double ratio) throws IOException {
        System.out.printf(Locale.ROOT, "%-28s ours %9.2f ms   peer %9.2f ms   ratio %.3f%n", what, ours, peer, ratio);
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        line.put("commit", commit);
        line.put("cpu", cpu());
        line.put("cores", Runtime.getRuntime().availableProcessors());
        line.put("jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
        line.put("backend", backend);
        line.put("what", what);
        line.put("ours_ms", round(ours, 2));
        line.put("peer_ms", round(peer, 2));
        line.put("ratio", round(ratio, 4));
        Files.writeString(
                history,
                new ObjectMapper().writeValueAsString(line) + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static double round(double value, int digits) {
        double unit = Math.pow(10, digits);
        return Math.rint(value * unit) / unit;
    }

    private static String cpu() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (Files.isReadable(info)) {
            for (String line : Files.readAllLines(info)) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 1).trim();
                }
            }
        }
        return System.getProperty("os.arch");
    }
}
