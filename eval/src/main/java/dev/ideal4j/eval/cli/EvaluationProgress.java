package dev.ideal4j.eval.cli;

import dev.ideal4j.eval.episodes.ReferenceFiles;
import dev.ideal4j.eval.episodes.Task;
import dev.ideal4j.eval.evaluate.EvaluationListener;
import dev.ideal4j.eval.evaluate.SkippedImage;
import java.io.PrintWriter;
import java.time.Duration;

/** Tells how an evaluation goes: each product's references as the published program does, and the time left. */
final class EvaluationProgress implements EvaluationListener, AutoCloseable {
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

    private final PrintWriter out;
    private final PrintWriter err;
    private String product;
    private Progress bar;
    private long pictures;
    private long done;
    private long doneBefore;
    private long start;
    private long lastLine;

    EvaluationProgress(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public void started(long all, long known) {
        pictures = all;
        done = known;
        doneBefore = known;
        start = System.nanoTime();
        lastLine = start;
        if (known > 0) {
            err.println("going on: " + known + " of " + all + " pictures are scored already");
        }
        bar = Progress.start("scoring", all, " pictures");
        bar.to(known, all);
    }

    /** The product that is being scored. */
    String product() {
        return product;
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
    }

    @Override
    public void advanced(int count) {
        done += count;
        bar.to(done, pictures);
        long now = System.nanoTime();
        if (!bar.isShown() && now - lastLine > BETWEEN_LINES.toNanos() && done < pictures) {
            lastLine = now;
            long left = (now - start) / (done - doneBefore) * (pictures - done);
            err.println(done + " of " + pictures + " pictures, about " + words(Duration.ofNanos(left)) + " left");
        }
    }

    private static String words(Duration time) {
        long seconds = Math.max(1, time.toSeconds());
        return seconds < 100
                ? seconds + " s"
                : seconds < 6000 ? (seconds + 30) / 60 + " min" : String.format("%.1f h", seconds / 3600.0);
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
