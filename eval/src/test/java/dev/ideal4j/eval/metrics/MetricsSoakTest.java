package dev.ideal4j.eval.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** All metrics of 1,000 maps of 448×448, two hundred million pixels: {@code mvn -Psoak -pl eval -am test}. */
@Tag("soak")
class MetricsSoakTest {
    private static final int SIDE = 448;
    private static final int MAPS = 1000;

    @Test
    void twoHundredMillionPixelsUnderAMinute() {
        ScoredMaps maps = made();
        long start = System.nanoTime();
        PixelMetrics metrics = PixelMetrics.of(maps);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .mapToLong(pool -> pool.getPeakUsage().getUsed())
                .sum();
        System.out.printf(
                "%d maps of %d×%d: %s in %d ms, heap at most %d MB with the maps themselves%n",
                MAPS, SIDE, SIDE, metrics, took.toMillis(), heap >> 20);
        assertThat(metrics.auroc()).isBetween(0.9, 1.0);
        assertThat(metrics.published().auroc()).isCloseTo(metrics.auroc(), within(1e-2));
        assertThat(took).isLessThan(Duration.ofSeconds(60));
    }

    /** Maps in which nearly all scores differ, over many magnitudes. Half of the maps have two regions. */
    private static ScoredMaps made() {
        SplittableRandom random = new SplittableRandom(1);
        List<ScoreMap> maps = new ArrayList<>();
        List<Mask> masks = new ArrayList<>();
        for (int i = 0; i < MAPS; i++) {
            float[] values = new float[SIDE * SIDE];
            boolean[] marked = new boolean[SIDE * SIDE];
            for (int p = 0; p < values.length; p++) {
                int y = p / SIDE;
                int x = p % SIDE;
                marked[p] = i % 2 == 1 && (Math.hypot(x - 150, y - 200) < 40 || Math.hypot(x - 300, y - 100) < 15);
                double noise = random.nextDouble();
                values[p] = (float) (noise * noise * noise + (marked[p] ? 0.8 : 0));
            }
            maps.add(new ScoreMap(SIDE, SIDE, values));
            masks.add(new Mask(SIDE, SIDE, marked));
        }
        return ScoredMaps.of(maps, masks);
    }
}
