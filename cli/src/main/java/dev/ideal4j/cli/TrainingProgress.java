package dev.ideal4j.cli;

import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.Validation;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Shows the progress of a training: a bar on a terminal, and a line for each epoch. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final PrintWriter err;
    private final LongSupplier nanos;
    private final long start;
    private Progress bar;
    private Progress calibration;
    private Progress features;
    private int firstEpoch = -1;
    private int epochs;

    TrainingProgress(PrintWriter err) {
        this(err, null);
    }

    /** Does as {@link #TrainingProgress(PrintWriter)}, always in lines, with a given clock. */
    TrainingProgress(PrintWriter err, LongSupplier clock) {
        this.err = err;
        this.nanos = clock;
        this.start = now();
    }

    private long now() {
        return nanos == null ? System.nanoTime() : nanos.getAsLong();
    }

    @Override
    public void started(int all, int finished) {
        epochs = all;
        err.println("training: " + all + " epochs" + (finished == 0 ? "" : ", " + finished + " are already done"));
        err.flush();
    }

    /** Starts a bar of the whole training, so that the time left is that of the whole training. */
    @Override
    public void iteration(int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {
        if (firstEpoch < 0) {
            firstEpoch = epoch;
        }
        long all = (long) iterations * Math.max(epochs, epoch + 1);
        long done = (long) epoch * iterations + iteration + 1;
        if (bar == null) {
            bar = nanos == null
                    ? Progress.start(err, "training", done, all, " steps")
                    : Progress.lines(err, "training", done, all, " steps", nanos);
        }
        bar.to(done, all);
        bar.note(String.format(Locale.ROOT, "epoch %d, loss %.4f", epoch + 1, losses.get("total")));
    }

    /** The number of all is not known: a method may look at turned copies too. */
    @Override
    public void computed(int images) {
        if (features == null) {
            features = Progress.start(err, "features", 0, -1, " images or tiles");
        }
        features.to(images, -1);
    }

    @Override
    public void calibrating(int done, int fits) {
        if (calibration == null) {
            calibration = Progress.start(err, "finding the threshold", done, fits, " fits");
        }
        calibration.to(done, fits);
    }

    @Override
    public void epoch(
            int epoch, int epochs, double learningRate, double meanLoss, Validation.Scores scores, boolean best) {
        close();
        String judged = scores == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", I-AUROC %.4f, P-AUROC %.4f%s",
                        scores.imageAuroc(),
                        scores.pixelAuroc(),
                        best ? " (best so far)" : "");
        err.printf(
                Locale.ROOT,
                "epoch %d of %d: loss %.4f, rate %.3g%s; %s%n",
                epoch + 1,
                epochs,
                meanLoss,
                learningRate,
                judged,
                left(epoch, epochs));
        err.flush();
    }

    /** Shows how many images an epoch's validation has scored. */
    EvaluationListener validation() {
        return new EvaluationListener() {
            private long images;
            private long done;

            @Override
            public void started(long all, long known) {
                images = all;
                done = known;
                TrainingProgress.this.close();
                bar = Progress.start(err, "validation", known, all, " images");
            }

            @Override
            public void tiles(int scored, int all) {
                bar.note(scored == all ? "" : scored + " of " + all + " tiles of the next");
            }

            @Override
            public void advanced(int count) {
                done += count;
                bar.to(done, images);
            }
        };
    }

    private String left(int epoch, int epochs) {
        int missing = epochs - epoch - 1;
        if (missing == 0) {
            return "done";
        }
        Duration each = Duration.ofNanos((now() - start) / (epoch - firstEpoch + 1));
        Duration left = each.multipliedBy(missing);
        return String.format(
                Locale.ROOT, "%d:%02d:%02d left", left.toHours(), left.toMinutesPart(), left.toSecondsPart());
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
        if (calibration != null) {
            calibration.close();
            calibration = null;
        }
        if (features != null) {
            features.close();
            features = null;
        }
    }
}
