package dev.ideal4j.cli;

import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.eval.episodes.ReferenceFiles;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.SkippedImage;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Prints the progress of an evaluation, and each product's references in the form of the published program. */
class EvaluationProgress implements EvaluationListener, AutoCloseable {
    private final PrintWriter out;
    private final PrintWriter err;
    private final LongSupplier nanos;
    private String product;
    private Progress bar;
    private long images;
    private long done;

    EvaluationProgress(PrintWriter out, PrintWriter err) {
        this(out, err, null);
    }

    /** Does as {@link #EvaluationProgress(PrintWriter, PrintWriter)}, always in lines, with a given clock. */
    EvaluationProgress(PrintWriter out, PrintWriter err, LongSupplier clock) {
        this.out = out;
        this.err = err;
        this.nanos = clock;
    }

    @Override
    public void started(long all, long known) {
        images = all;
        done = known;
        if (known > 0) {
            err.println("continuing: " + known + " of " + all + " images are already scored");
        }
        bar = nanos == null
                ? Progress.start(err, "scoring", known, all, " images")
                : Progress.lines(err, "scoring", known, all, " images", nanos);
    }

    @Override
    public void product(long seed, Task task) {
        product = task.product();
        out.println("[refs] product=" + task.product() + " normal="
                + task.references().normal() + " abnormal="
                + task.references().anomalous().stream()
                        .map(ReferenceFiles.Marked::image)
                        .toList());
        out.flush();
        bar.note("");
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

    @Override
    public TrainingListener training() {
        return new TrainingListener() {
            private int epochs;

            @Override
            public void started(int all, int finished) {
                epochs = all;
            }

            @Override
            public void computed(int images) {
                bar.note(images + " references or tiles of them have features");
            }

            @Override
            public void calibrating(int fit, int fits) {
                bar.note("finding the threshold of " + product + ": " + fit + " of " + fits + " fits");
            }

            @Override
            public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {
                bar.note(String.format(
                        Locale.ROOT,
                        "training on %s: epoch %d of %d, step %d of %d, loss %.4f",
                        product,
                        epoch + 1,
                        Math.max(epochs, epoch + 1),
                        iteration + 1,
                        iterations,
                        losses.get("total")));
            }
        };
    }

    @Override
    public void note(String note) {
        err.println("note: " + note);
    }

    @Override
    public void skipped(SkippedImage image) {
        err.println("left out: " + image.reason());
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
