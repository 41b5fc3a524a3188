package org.example.spring;

import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Scorer;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;

/** Counts verdicts and failures, and measures time and scores. */
final class Meters implements Scorer.Listener {
    private final MeterRegistry registry;

    Meters(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void scored(List<Anomaly> anomalies, Duration time) {
        registry.timer("inspection").record(time.dividedBy(anomalies.size()));
        for (Anomaly anomaly : anomalies) {
            registry.counter("inspection.verdict", "verdict", anomaly.verdict().name()).increment();
            registry.summary("inspection.score").record(anomaly.calibrated());
        }
    }

    @Override
    public void failed(RuntimeException cause) {
        registry.counter("inspection.failed", "cause", cause.getClass().getSimpleName()).increment();
    }
}
