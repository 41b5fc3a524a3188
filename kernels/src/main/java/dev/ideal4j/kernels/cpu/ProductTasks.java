package dev.ideal4j.kernels.cpu;

/**
 * How a product is shared out: blocks of rows over all columns, as many for each thread; the last ones are cut into groups
 * of columns as well, so that the threads end at about the same time. The split does not touch the sum of any element, so
 * it may depend on the number of threads.
 *
 * @param rows rows of the product
 * @param block rows of a block but the last
 * @param whole blocks that are not cut
 * @param panels panels of columns
 * @param group panels of a group, but the last
 */
record ProductTasks(int rows, int block, int whole, int panels, int group) {
    /** Rows of a block that are packed and stay in the second-level cache. */
    private static final int BLOCK_ROWS = 96;

    /** Floats of such rows. */
    private static final int BLOCK_FLOATS = 1 << 17;

    /** Groups of columns of a block that is cut. */
    private static final int GROUPS = 4;

    /** Multiplications of the smallest task: some ten microseconds, long against the cost of handing it out. */
    private static final long LEAST_WORK = 1 << 20;

    static ProductTasks of(int rows, RowPanels layout, int panels, int panelWidth, int threads) {
        int height = layout.height();
        int tiles = Panels.count(rows, height);
        int largest = Math.max(1, Math.min(BLOCK_ROWS, BLOCK_FLOATS / (layout.parts() * InnerLoops.DEPTH)) / height);
        int blocks = Panels.count(tiles, largest);
        if (blocks > 1) {
            blocks = Panels.count(blocks, threads) * threads;
        }
        int block = Math.max(1, Panels.count(tiles, Math.max(1, blocks))) * height;
        int cut = threads == 1 ? 0 : Math.min(threads, Panels.count(rows, block));
        int wanted = cut == 0 ? 1 : Panels.count(GROUPS * threads, cut);
        long panelWork = (long) block * panelWidth * layout.depth();
        long least = LEAST_WORK / Math.max(1, panelWork) + 1;
        int group = (int) Math.max(1, Math.min(panels, Math.max(least, Panels.count(panels, wanted))));
        return new ProductTasks(rows, block, Panels.count(rows, block) - cut, panels, group);
    }

    /** Number of tasks; the long ones come first. */
    int count() {
        return whole + (Panels.count(rows, block) - whole) * groups();
    }

    private int groups() {
        return Panels.count(panels, group);
    }

    /** First row of a task. */
    int firstRow(int task) {
        return (task < whole ? task : whole + (task - whole) / groups()) * block;
    }

    /** Number of rows of a task. */
    int rows(int task) {
        return Math.min(block, rows - firstRow(task));
    }

    /** First panel of a task. */
    int firstPanel(int task) {
        return task < whole ? 0 : (task - whole) % groups() * group;
    }

    /** Panel after a task's last one. */
    int lastPanel(int task) {
        return task < whole ? panels : Math.min(panels, firstPanel(task) + group);
    }
}
