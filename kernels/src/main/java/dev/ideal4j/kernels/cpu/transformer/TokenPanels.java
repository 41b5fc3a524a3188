package dev.ideal4j.kernels.cpu.transformer;

import dev.ideal4j.kernels.cpu.gemm.Panels;

/**
 * How {@link BlockPass} lays out tokens and shares them out. A sample's tokens are cut into panels, a column per token,
 * filled up to the width of a tile; panels of all samples are numbered through. A thread has a share of panels that follow
 * each other, in groups.
 *
 * @param tokens tokens of a sample
 * @param width tokens of a panel
 * @param each panels of a sample
 * @param count panels of all samples
 * @param share panels of a thread; the last may have fewer
 * @param group panels of a group; the last of a share may have fewer
 */
record TokenPanels(int tokens, int width, int each, int count, int share, int group) {
    /**
     * Tokens that a thread takes along together: each panel of weights is then read from the far cache once for all of
     * them, and what belongs to them stays in the near one.
     */
    private static final int GROUP_TOKENS = 96;

    static TokenPanels of(int samples, int tokens, int width, int threads) {
        int each = Panels.count(tokens, width);
        int count = samples * each;
        int share = Panels.count(count, threads);
        return new TokenPanels(tokens, width, each, count, share, Math.max(1, GROUP_TOKENS / width));
    }

    /** Number of groups; some may be empty. */
    int groups() {
        return Panels.count(count, share) * groupsOfShare();
    }

    private int groupsOfShare() {
        return Panels.count(share, group);
    }

    /** First panel of a group. */
    int first(int number) {
        return Math.min(count, number / groupsOfShare() * share + number % groupsOfShare() * group);
    }

    /** Panel after a group's last one. */
    int last(int number) {
        int end = Math.min(count, (number / groupsOfShare() + 1) * share);
        return Math.min(end, first(number) + group);
    }

    /** The sample of a panel. */
    int sample(int panel) {
        return panel / each;
    }

    /** First token of a panel, within its sample. */
    int token(int panel) {
        return panel % each * width;
    }

    /** Tokens of a panel that there are. */
    int valid(int panel) {
        return Math.min(width, tokens - token(panel));
    }

    /** First token of a panel, of all samples. */
    int row(int panel) {
        return sample(panel) * tokens + token(panel);
    }

    /** Panels of the share that a task belongs to, if there are {@code heads} tasks a panel, share by share. */
    private int ofShare(int task, int heads) {
        return Math.min(share, count - task / (share * heads) * share);
    }

    /** The head of such a task: a thread takes a head's panels one after the other, while the head is in its cache. */
    int head(int task, int heads) {
        return task % (share * heads) / ofShare(task, heads);
    }

    /** The panel of such a task. */
    int panel(int task, int heads) {
        return task / (share * heads) * share + task % (share * heads) % ofShare(task, heads);
    }
}
