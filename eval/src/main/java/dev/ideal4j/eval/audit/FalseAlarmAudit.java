package dev.ideal4j.eval.audit;

import dev.ideal4j.backbone.FeatureStore;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.Calibration;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Threshold;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Fits a detector to some good images of a pool, calibrates it, and counts how many of the other good images it calls
 * anomalous. Each image runs through the network once, however many fits there are.
 */
public final class FalseAlarmAudit {
    /** Fewer test images tell nothing. */
    private static final int LEAST_TESTS = 8;

    /** Abnormal references of a method that trains in its fit. */
    private static final int TO_LEARN = 2;

    /**
     * Images of a product.
     *
     * @param name for progress
     * @param good good images
     * @param defects defective ones, for the detection rate; none or more
     */
    public record Pool(String name, List<RgbImage> good, List<References.Abnormal> defects) {}

    /**
     * What is tried.
     *
     * @param images numbers n of good images to calibrate with
     * @param rates false-alarm rates α that are promised
     * @param references normal references beside n separate calibration images
     * @param tests good images that are counted, at most
     * @param draws of images from a pool
     */
    public record Plan(List<Integer> images, List<Double> rates, int references, int tests, int draws) {}

    private final FewShotDetector detector;
    private final Plan plan;
    private final FalseAlarmTable table;
    private final AuditFolder folder;
    private final Consumer<String> progress;

    /**
     * @param detector the detector; used, not closed
     * @param table gets the counts
     * @param folder has the counts of fits that are not made again, and gets those of the others; not closed; null for none
     * @param progress told what has been counted
     */
    public FalseAlarmAudit(
            FewShotDetector detector, Plan plan, FalseAlarmTable table, AuditFolder folder, Consumer<String> progress) {
        this.detector = detector;
        this.plan = plan;
        this.table = table;
        this.folder = folder;
        this.progress = progress;
    }

    /**
     * Counts the false alarms of a pool. Numbers of images for which the pool is too small are left out.
     *
     * @param seed of the draws
     */
    public void run(Pool pool, long seed) {
        FeatureStore store = FeatureStore.inMemory();
        try (FewShotDetector once = detector.over(extractor -> StoredFeatures.of(extractor, store))) {
            for (int draw = 0; draw < plan.draws(); draw++) {
                List<RgbImage> good = new ArrayList<>(pool.good());
                Collections.shuffle(good, new Random(seed + draw));
                for (int n : plan.images()) {
                    for (int apart : new int[] {0, plan.references()}) {
                        count(once, pool, good, new AuditFolder.Fit(pool.name(), seed + draw, n, apart));
                    }
                }
                progress.accept(pool.name() + ", draw " + (draw + 1) + " of " + plan.draws());
            }
        }
    }

    /** Adds the counts of a fit to the table. */
    private void count(FewShotDetector once, Pool pool, List<RgbImage> good, AuditFolder.Fit fit) {
        List<FalseAlarmTable.Counted> counts = folder == null ? null : folder.counts(fit);
        if (counts == null) {
            counts = counted(once, pool, good, fit);
            if (folder != null) {
                folder.keep(fit, counts);
            }
        }
        counts.forEach(table::add);
    }

    /** The counts of a fit, none if the pool is too small. */
    private List<FalseAlarmTable.Counted> counted(
            FewShotDetector once, Pool pool, List<RgbImage> good, AuditFolder.Fit fit) {
        int used = fit.images() + fit.apart();
        List<RgbImage> tests = good.subList(Math.min(used, good.size()), Math.min(good.size(), used + plan.tests()));
        if (tests.size() < LEAST_TESTS) {
            return List.of();
        }
        References.Builder references = References.builder();
        if (fit.apart() == 0) {
            references.normal(good.subList(0, fit.images()));
        } else {
            references.normal(good.subList(0, fit.apart())).calibration(good.subList(fit.apart(), used));
        }
        boolean trains = once.leaveOneOut() == FewShotDetector.LeaveOneOut.HOLD_BACK;
        int learnt = trains ? Math.min(TO_LEARN, pool.defects().size()) : 0;
        pool.defects().subList(0, learnt).forEach(known -> references.abnormal(known.image(), known.mask()));
        List<RgbImage> defects = pool.defects().subList(learnt, pool.defects().size()).stream()
                .map(References.Abnormal::image)
                .toList();
        try (FittedDetector fitted = once.fit(references.build())) {
            Optional<Calibration> calibration = fitted.calibration();
            if (calibration.isEmpty()) {
                return List.of();
            }
            List<Anomaly> scored = fitted.score(tests);
            List<Anomaly> missed = fitted.score(defects);
            return plan.rates().stream()
                    .map(rate -> {
                        Threshold threshold = calibration.get().imageThreshold(rate);
                        return new FalseAlarmTable.Counted(
                                new FalseAlarmTable.Row(
                                        calibration.get().source(), fit.images(), rate, threshold.basis()),
                                above(scored, threshold),
                                tests.size(),
                                above(missed, threshold),
                                defects.size());
                    })
                    .toList();
        }
    }

    private static int above(List<Anomaly> anomalies, Threshold threshold) {
        return (int) anomalies.stream()
                .filter(anomaly -> anomaly.score() > threshold.value())
                .count();
    }
}
