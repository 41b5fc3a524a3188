package dev.ideal4j.eval.cli;

import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar on a terminal, nothing in a pipe. */
final class Progress implements AutoCloseable {
    /** System property by which the launcher says that standard error is a terminal. */
    private static final String TERMINAL = "ideal4j.terminal";

    private static final int WIDTH = 79;

    private final ProgressBar bar;

    private Progress(ProgressBar bar) {
        this.bar = bar;
    }

    /**
     * Starts a bar on standard error.
     *
     * @param task what is done
     * @param steps how many there are
     * @param unit what a step is, with a leading blank, or empty
     */
    static Progress start(String task, long steps, String unit) {
        if (!Boolean.getBoolean(TERMINAL) || "dumb".equals(System.getenv("TERM"))) {
            return new Progress(null);
        }
        return new Progress(new ProgressBarBuilder()
                .setTaskName(task)
                .setInitialMax(steps)
                .setUnit(unit, 1)
                .setStyle(ProgressBarStyle.UNICODE_BLOCK)
                .setUpdateIntervalMillis(200)
                .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
                .clearDisplayOnFinish()
                .build());
    }

    /** Sets how many steps are done, of how many in all (below 0: unknown). */
    void to(long done, long steps) {
        if (bar != null) {
            bar.maxHint(steps);
            bar.stepTo(done);
        }
    }

    /** Whether there is a terminal to show it on. */
    boolean isShown() {
        return bar != null;
    }

    /** One step more. */
    void step() {
        if (bar != null) {
            bar.step();
        }
    }

    /** Shows something beside the bar. */
    void note(String text) {
        if (bar != null) {
            bar.setExtraMessage(text);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
