package org.example.app;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Threads, a product that is replaced, batches, a timeout. */
public final class Service {
    private Service() {}

    public static void main(String[] args) throws Exception {
        References few = References.builder().normal(Main.part(1, false)).build();
        References more = References.builder()
                .normal(Main.part(1, false))
                .normal(Main.part(2, false))
                .build();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Backend backend = Backends.best();
                FeatureExtractor extractor = new BuiltinBackbone(backend, Main.SIDE);
                FewShotDetector ideal = IdealDetector.knownDefects(extractor);
                Station station = new Station(ideal.fit(few))) {
            List<Future<Anomaly>> results = new ArrayList<>();
            for (int seed = 0; seed < 20; seed++) {
                RgbImage image = Main.part(seed, false);
                results.add(threads.submit(() -> station.score(image)));
            }
            station.replace(ideal.fit(more));
            for (Future<Anomaly> result : results) {
                result.get();
            }
            System.out.println("scored " + results.size());
            System.out.println("scratched " + station.score(Main.part(3, true)).score());
            System.out.println("late " + scoreWithin(1, TimeUnit.NANOSECONDS, threads, station));
        } finally {
            threads.shutdown();
        }
    }

    private static String scoreWithin(long time, TimeUnit unit, ExecutorService threads, Station station)
            throws Exception {
        Future<String> result = threads.submit(() -> {
            try {
                return Float.toString(station.score(Main.part(4, true)).score());
            } catch (WorkInterruptedException e) {
                return "interrupted";
            }
        });
        try {
            return result.get(time, unit);
        } catch (TimeoutException e) {
            result.cancel(true);
            return "cancelled";
        }
    }
}
