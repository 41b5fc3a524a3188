package dev.ideal4j.eval.cli;

import dev.ideal4j.detectors.training.TrainingListener;
import dev.ideal4j.detectors.training.Validation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Shows how a training goes: a bar on a terminal, and in any case a line an epoch. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
    private final PrintWriter err;
    private final long start = System.nanoTime();
    private Progress bar;
    private int firstEpoch = -1;

    TrainingProgress(PrintWriter err) {
        this.err = err;
    }

    @Override
    public void iteration(int epoch, int iteration, int iterations, double learningRate, Map<String, Float> losses) {
        if (firstEpoch < 0) {
            firstEpoch = epoch;
        }
        if (bar == null) {
            bar = Progress.start("epoch " + (epoch + 1), iterations, "");
        }
        bar.note(String.format(Locale.ROOT, "loss %.4f", losses.get("total")));
        bar.to(iteration + 1, iterations);
    }

    @Override
    public void epoch(
            int epoch, int epochs, double learningRate, double meanLoss, Validation.Scores scores, boolean best) {
        close();
        err.printf(
                Locale.ROOT,
                "epoch %d of %d: loss %.4f, rate %.3g, I-AUROC %.4f, P-AUROC %.4f%s; %s%n",
                epoch + 1,
                epochs,
                meanLoss,
                learningRate,
                scores.imageAuroc(),
                scores.pixelAuroc(),
                best ? " (best so far)" : "",
                left(epoch, epochs));
        err.flush();
    }

    private String left(int epoch, int epochs) {
        int missing = epochs - epoch - 1;
        if (missing == 0) {
            return "done";
        }
        Duration each = Duration.ofNanos((System.nanoTime() - start) / (epoch - firstEpoch + 1));
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
    }
}
