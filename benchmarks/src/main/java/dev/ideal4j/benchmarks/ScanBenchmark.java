package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.detectors.Tiling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Small defects in line scans of 8000×2000 pixels with the built-in backbone at 448 pixels: share of the squares of 1000 pixels
 * with a defect that are missed where 5 % of the squares without one are rejected, and time and memory. The score of a square is
 * the largest value of the map in it.
 * One good scan is the reference.
 */
public final class ScanBenchmark {
    private static final int INPUT = 448;
    private static final double FALSE_ALARMS = 0.05;

    private ScanBenchmark() {}

    /**
     * Prints a row of a table for each seed.
     *
     * @param arguments method; "squeezed", or side of tiles; "aligned" or "everywhere"; overlap in pixels; scale; number of scans
     *     of each kind; share of PatchCore's memory that is kept, or "-"; seeds
     */
    public static void main(String[] arguments) throws IOException {
        String method = arguments[0];
        boolean squeezed = arguments[1].equals("squeezed");
        Tiling tiling = squeezed
                ? null
                : new Tiling(
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[3]),
                        Double.parseDouble(arguments[4]));
        if (!squeezed && arguments[2].equals("aligned")) {
            tiling = tiling.asAligned();
        }
        int scans = Integer.parseInt(arguments[5]);
        for (String seed : Arrays.asList(arguments).subList(7, arguments.length)) {
            try (Backend backend = Backends.open("cpu");
                    FeatureExtractor extractor = new BuiltinBackbone(backend, INPUT);
                    FewShotDetector plain = detector(method, arguments[6], extractor);
                    FewShotDetector detector = squeezed ? plain : new TiledDetector(plain, tiling)) {
                measure(String.join(" ", arguments), detector, extractor, tiling, Long.parseLong(seed), scans);
            }
        }
    }

    private static FewShotDetector detector(String method, String coreset, FeatureExtractor extractor) {
        DetectorMethod named = DetectorMethods.named(method);
        Map<String, Object> values = coreset.equals("-") ? Map.of() : Map.of("coreset", Double.parseDouble(coreset));
        return named.detector(extractor, null, 0, OptionValues.of(named.options(), values));
    }

    private static void measure(
            String what, FewShotDetector detector, FeatureExtractor extractor, Tiling tiling, long seed, int scans)
            throws IOException {
        long start = System.nanoTime();
        References references =
                References.builder().normal(Scans.scan(1000 * seed, false)).build();
        List<Double> good = new ArrayList<>();
        List<Double> bad = new ArrayList<>();
        double seconds = Double.POSITIVE_INFINITY;
        double network = Double.POSITIVE_INFINITY;
        double fit;
        long tiles = 0;
        try (FittedDetector fitted = detector.fit(references, FitOptions.UNCALIBRATED)) {
            fit = (System.nanoTime() - start) / 1e9;
            for (int i = 1; i <= 2 * scans; i++) {
                boolean defective = i > scans;
                RgbImage scan = Scans.scan(1000 * seed + i, defective);
                long before = System.nanoTime();
                ScoreMap map =
                        fitted.score(scan.rows(), null, Scorer.Parts.UNHEARD).map();
                seconds = Math.min(seconds, (System.nanoTime() - before) / 1e9);
                squares(map, defective ? bad : good);
                if (i <= 2 && tiling != null) {
                    tiles = tiling.count(scan.width(), scan.height());
                    network = Math.min(network, network(extractor, tiling, scan, (int) tiles));
                }
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%s, seed %d: missed %.1f %% of %d; fit %.1f s, scan %.2f s, its network alone %.2f s for %d tiles; %s%n",
                what,
                seed,
                100 * missed(good, bad),
                bad.size(),
                fit,
                seconds,
                network,
                tiles,
                resident());
    }

    /** The largest value of the map in each square. */
    private static void squares(ScoreMap map, List<Double> scores) {
        ScoreMap whole = map.resize(Scans.WIDTH, Scans.HEIGHT);
        for (int top = 0; top < Scans.HEIGHT; top += Scans.SQUARE) {
            for (int left = 0; left < Scans.WIDTH; left += Scans.SQUARE) {
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < Scans.SQUARE * Scans.SQUARE; i++) {
                    most = Math.max(most, whole.at(left + i % Scans.SQUARE, top + i / Scans.SQUARE));
                }
                scores.add(most);
            }
        }
    }

    /** Share of the defective squares that are not above the score that 5 % of the good squares exceed. */
    private static double missed(List<Double> good, List<Double> bad) {
        good.sort(Collections.reverseOrder());
        double threshold = good.get((int) (FALSE_ALARMS * good.size()));
        return bad.stream().filter(score -> score <= threshold).count() / (double) bad.size();
    }

    /** Seconds of the network for all tiles of a scan, in batches of eight. */
    private static double network(FeatureExtractor extractor, Tiling tiling, RgbImage scan, int tiles) {
        long before = System.nanoTime();
        for (int first = 0; first < tiles; first += 8) {
            List<RgbImage> some = new ArrayList<>();
            for (int i = first; i < Math.min(tiles, first + 8); i++) {
                some.add(new RgbImage(INPUT, INPUT, Arrays.copyOf(scan.samples(), 3 * INPUT * INPUT)));
            }
            try (Scope scope = extractor.backend().scope()) {
                extractor.features(some, scope);
            }
        }
        return (System.nanoTime() - before) / 1e9;
    }

    /** The most memory that this process has had resident, and what it is allowed as heap. */
    private static String resident() throws IOException {
        String peak = Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM"))
                .findFirst()
                .orElse("VmHWM: unknown")
                .replaceAll("[^0-9]", "");
        return "resident " + Long.parseLong(peak) / 1024 + " MiB, heap "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB";
    }
}
