package dev.ideal4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Shows progress: a bar on a terminal, otherwise a line from time to time, so that a log of a long run shows it too.
 * Thread-safe.
 */
final class Progress implements AutoCloseable {
    /** System property that the launcher sets if standard error is a terminal. */
    private static final String TERMINAL = "ideal4j.terminal";

    private static final int WIDTH = 79;
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(15);

    private final PrintWriter err;
    private final String task;
    private final String unit;
    private final ProgressBar bar;
    private final LongSupplier nanos;
    private final long before;
    private final long start;
    private long lastLine;
    private long done;
    private long steps;
    private String note = "";

    private Progress(
            PrintWriter err, String task, long done, long steps, String unit, ProgressBar bar, LongSupplier nanos) {
        this.err = err;
        this.task = task;
        this.before = done;
        this.done = done;
        this.steps = steps;
        this.unit = unit;
        this.bar = bar;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
        this.lastLine = start;
    }

    /**
     * Starts to show the progress of a task.
     *
     * @param err gets the lines; a bar goes to the terminal
     * @param task name of the task
     * @param done number of steps that an earlier run has done
     * @param steps number of all steps, below 0 if unknown
     * @param unit name of a step with a leading blank, or empty
     */
    static Progress start(PrintWriter err, String task, long done, long steps, String unit) {
        boolean terminal = Boolean.getBoolean(TERMINAL) && !"dumb".equals(System.getenv("TERM"));
        return new Progress(
                err, task, done, steps, unit, terminal ? bar(task, done, steps, unit) : null, System::nanoTime);
    }

    /** Does as {@link #start}, always in lines, with a given clock. */
    static Progress lines(PrintWriter err, String task, long done, long steps, String unit, LongSupplier nanos) {
        return new Progress(err, task, done, steps, unit, null, nanos);
    }

    private static ProgressBar bar(String task, long done, long steps, String unit) {
        return new ProgressBarBuilder()
                .setTaskName(task)
                .startsFrom(done, Duration.ZERO)
                .setInitialMax(steps)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .clearDisplayOnFinish()
                .build();
    }

    /** Sets the number of steps done, and the number of all steps (below 0 if unknown). */
    synchronized void to(long done, long steps) {
        this.done = done;
        this.steps = steps;
        if (bar != null) {
            bar.maxHint(steps);
            bar.stepTo(done);
        } else if (done != steps) {
            lineIfDue();
        }
    }

    /** Adds a step. */
    synchronized void step() {
        to(done + 1, steps);
    }

    /** Sets a note that is shown with the present step. */
    synchronized void note(String text) {
        note = text;
        if (bar != null) {
            bar.setExtraMessage(text);
        } else {
            lineIfDue();
        }
    }

    private void lineIfDue() {
        long now = nanos.getAsLong();
        if (now - lastLine < BETWEEN_LINES.toNanos()) {
            return;
        }
        lastLine = now;
        StringBuilder line = new StringBuilder(task).append(": ").append(done);
        if (steps >= 0) {
            line.append(" of ").append(steps);
        }
        line.append(unit);
        if (!note.isEmpty()) {
            line.append(", ").append(note);
        }
        if (steps >= 0 && done > before) {
            long left = (now - start) / (done - before) * (steps - done);
            line.append(", about ").append(words(Duration.ofNanos(left))).append(" left");
        }
        err.println(line);
        err.flush();
    }

    private static String words(Duration time) {
        long seconds = Math.max(1, time.toSeconds());
        return seconds < 100
                ? seconds + " s"
                : seconds < 6000
                        ? (seconds + 30) / 60 + " min"
                        : String.format(Locale.ROOT, "%.1f h", seconds / 3600.0);
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
