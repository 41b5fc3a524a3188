package dev.ideal4j.kernels.cpu.gemm;

/**
 * How a product is shared out: blocks of rows over all columns, as many for each thread, one thread's after the other's;
 * the last of each thread is cut into groups of columns as well, so that the threads end at about the same time. The split
 * does not touch the sum of any element, so it may depend on the number of threads.
 *
 * @param rows rows of the product
 * @param block rows of a block; the last ones may have fewer, or none
 * @param blocks blocks of a thread
 * @param shares threads that have a share, of as many tasks each
 * @param panels panels of columns
 * @param group panels of a group, but the last
 */
record GemmSchedule(int rows, int block, int blocks, int shares, int panels, int group) {
    /** Rows of a block that are packed and stay in the second-level cache. */
    private static final int BLOCK_ROWS = 176;

    /** Floats of such rows. */
    private static final int BLOCK_FLOATS = 1 << 18;

    /** Groups of columns of a block that is cut. */
    private static final int GROUPS = 4;

    /** Multiplications of the smallest task: some ten microseconds, long against the cost of handing it out. */
    private static final long LEAST_WORK = 1 << 20;

    static GemmSchedule of(int rows, int height, int depth, int panels, int panelWidth, int threads) {
        int tiles = Panels.count(rows, height);
        int largest = Math.max(1, Math.min(BLOCK_ROWS, BLOCK_FLOATS / Math.max(1, depth)) / height);
        // What fits into one block is shared by its columns alone.
        int shares = tiles > largest ? threads : 1;
        int blocks = Math.max(1, Panels.count(Panels.count(tiles, largest), shares));
        int block = Math.max(1, Panels.count(tiles, blocks * shares)) * height;
        int wanted = threads == 1 ? 1 : GROUPS * threads / shares;
        long panelWork = (long) block * panelWidth * depth;
        long least = LEAST_WORK / Math.max(1, panelWork) + 1;
        int group = (int) Math.max(1, Math.min(panels, Math.max(least, Panels.count(panels, wanted))));
        return new GemmSchedule(rows, block, blocks, shares, panels, group);
    }

    /** Number of tasks. */
    int count() {
        return shares * each();
    }

    /** Tasks of a thread. */
    private int each() {
        return blocks - 1 + Panels.count(panels, group);
    }

    /** Whether the block of a task is cut. */
    boolean isCut(int task) {
        return task % each() >= blocks - 1;
    }

    /** Which thread's share a task is of. */
    int share(int task) {
        return task / each();
    }

    /** The cut block of a thread's share. */
    int cutBlock(int share) {
        return (share + 1) * blocks - 1;
    }

    /** The block of a task. */
    int block(int task) {
        return share(task) * blocks + Math.min(task % each(), blocks - 1);
    }

    /** First row of a block. */
    int firstRow(int number) {
        return number * block;
    }

    /** Number of rows of a block. */
    int rows(int number) {
        return Math.max(0, Math.min(block, rows - firstRow(number)));
    }

    /** First panel of a task. */
    int firstPanel(int task) {
        return isCut(task) ? (task % each() - (blocks - 1)) * group : 0;
    }

    /** Panel after a task's last one. */
    int lastPanel(int task) {
        return isCut(task) ? Math.min(panels, firstPanel(task) + group) : panels;
    }
}
