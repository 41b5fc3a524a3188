package dev.ideal4j.kernels.cpu.gemm;

/**
 * The distribution of a product over the threads. The rows are split into blocks over all columns. Each thread gets the
 * same number of consecutive blocks. The last block of each thread is also split into groups of columns, so that the
 * threads finish at about the same time. The split does not change the sum of any element, so it may depend on the
 * number of threads.
 *
 * @param rows rows of the product
 * @param block rows of a block; the last blocks may have fewer rows, or none
 * @param blocks blocks of a thread
 * @param shares number of threads that have a share; each share has the same number of tasks
 * @param panels panels of columns
 * @param group panels of a group; the last group may have fewer
 */
record GemmSchedule(int rows, int block, int blocks, int shares, int panels, int group) {
    /** The largest number of rows of a block. The packed rows stay in the second-level cache. */
    private static final int BLOCK_ROWS = 176;

    /** The largest number of floats of a packed block. */
    private static final int BLOCK_FLOATS = 1 << 18;

    /** The number of column groups of a block that is split. */
    private static final int GROUPS = 4;

    /**
     * The number of multiplications of the smallest task, some ten microseconds. This is long compared with the cost of
     * starting a task.
     */
    private static final long LEAST_WORK = 1 << 20;

    static GemmSchedule of(int rows, int height, int depth, int panels, int panelWidth, int threads) {
        int tiles = Panels.count(rows, height);
        int largest = Math.max(1, Math.min(BLOCK_ROWS, BLOCK_FLOATS / Math.max(1, depth)) / height);
        // A product whose rows fit into one block is split by columns only.
        int shares = tiles > largest ? threads : 1;
        int blocks = Math.max(1, Panels.count(Panels.count(tiles, largest), shares));
        int block = Math.max(1, Panels.count(tiles, blocks * shares)) * height;
        int wanted = threads == 1 ? 1 : GROUPS * threads / shares;
        long panelWork = (long) block * panelWidth * depth;
        long least = LEAST_WORK / Math.max(1, panelWork) + 1;
        int group = (int) Math.max(1, Math.min(panels, Math.max(least, Panels.count(panels, wanted))));
        return new GemmSchedule(rows, block, blocks, shares, panels, group);
    }

    /** Returns the number of tasks. */
    int count() {
        return shares * each();
    }

    /** Returns the number of tasks of a thread. */
    private int each() {
        return blocks - 1 + Panels.count(panels, group);
    }

    /** Returns whether the block of a task is split into column groups. */
    boolean isCut(int task) {
        return task % each() >= blocks - 1;
    }

    /** Returns the thread's share that a task belongs to. */
    int share(int task) {
        return task / each();
    }

    /** Returns the block of a thread's share that is split into column groups. */
    int cutBlock(int share) {
        return (share + 1) * blocks - 1;
    }

    /** Returns the block of a task. */
    int block(int task) {
        return share(task) * blocks + Math.min(task % each(), blocks - 1);
    }

    /** Returns the first row of a block. */
    int firstRow(int number) {
        return number * block;
    }

    /** Returns the number of rows of a block. */
    int rows(int number) {
        return Math.max(0, Math.min(block, rows - firstRow(number)));
    }

    /** Returns the first panel of a task. */
    int firstPanel(int task) {
        return isCut(task) ? (task % each() - (blocks - 1)) * group : 0;
    }

    /** Returns the panel after the last panel of a task. */
    int lastPanel(int task) {
        return isCut(task) ? Math.min(panels, firstPanel(task) + group) : panels;
    }
}
