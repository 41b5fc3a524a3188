package dev.ideal4j.kernels.cpu.transformer;

import dev.ideal4j.kernels.cpu.gemm.Panels;

/**
 * The layout of tokens in {@link BlockPass} and their distribution over the threads. A sample's tokens are split into
 * panels with a column per token, padded to the width of a tile. The panels of all samples are numbered consecutively.
 * Each thread has a share of consecutive panels, in groups.
 *
 * @param tokens tokens of a sample
 * @param width tokens of a panel
 * @param each panels of a sample
 * @param count panels of all samples
 * @param share panels of a thread; the last thread may have fewer
 * @param group panels of a group; the last group of a share may have fewer
 */
record TokenPanels(int tokens, int width, int each, int count, int share, int group) {
    /**
     * The number of tokens that a thread processes together. Each panel of weights is read from the far cache once for
     * all of them, and the data of the tokens stays in the near cache.
     */
    private static final int GROUP_TOKENS = 96;

    static TokenPanels of(int samples, int tokens, int width, int threads) {
        int each = Panels.count(tokens, width);
        int count = samples * each;
        int share = Panels.count(count, threads);
        return new TokenPanels(tokens, width, each, count, share, Math.max(1, GROUP_TOKENS / width));
    }

    /** Returns the number of groups. Some groups may be empty. */
    int groups() {
        return Panels.count(count, share) * groupsOfShare();
    }

    private int groupsOfShare() {
        return Panels.count(share, group);
    }

    /** Returns the first panel of a group. */
    int first(int number) {
        return Math.min(count, number / groupsOfShare() * share + number % groupsOfShare() * group);
    }

    /** Returns the panel after the last panel of a group. */
    int last(int number) {
        int end = Math.min(count, (number / groupsOfShare() + 1) * share);
        return Math.min(end, first(number) + group);
    }

    /** Returns the sample of a panel. */
    int sample(int panel) {
        return panel / each;
    }

    /** Returns the first token of a panel, counted within its sample. */
    int token(int panel) {
        return panel % each * width;
    }

    /** Returns the number of actual tokens of a panel, without padding. */
    int valid(int panel) {
        return Math.min(width, tokens - token(panel));
    }

    /** Returns the first token of a panel, counted over all samples. */
    int row(int panel) {
        return sample(panel) * tokens + token(panel);
    }

    /**
     * Returns the number of panels of the share that a task belongs to, if each panel has {@code heads} tasks and the
     * tasks are ordered by share.
     */
    private int ofShare(int task, int heads) {
        return Math.min(share, count - task / (share * heads) * share);
    }

    /**
     * Returns the head of such a task. A thread takes the panels of a head one after the other while the head is in its
     * cache.
     */
    int head(int task, int heads) {
        return task % (share * heads) / ofShare(task, heads);
    }

    /** Returns the panel of such a task. */
    int panel(int task, int heads) {
        return task / (share * heads) * share + task % (share * heads) % ofShare(task, heads);
    }
}
