package dev.ideal4j.eval.random;

import java.util.Arrays;

/**
 * The order in which a PyTorch data loader that shuffles with a generator of its own hands out its items: the generator's
 * first two outputs are drawn for the workers' seed, then items are permuted by a forward Fisher-Yates shuffle.
 */
public final class LoaderOrder {
    private static final int FOR_WORKERS = 2;

    private LoaderOrder() {}

    /**
     * The first items.
     *
     * @param items how many there are
     * @param count how many are wanted, at most {@code items}
     * @param seed of the generator; its lower 32 bits count
     * @return their numbers, from 0
     */
    public static int[] first(int items, int count, long seed) {
        MersenneTwister twister = new MersenneTwister((int) seed);
        for (int i = 0; i < FOR_WORKERS; i++) {
            twister.next();
        }
        int[] order = new int[items];
        for (int i = 0; i < items; i++) {
            order[i] = i;
        }
        for (int i = 0; i < Math.min(count, items - 1); i++) {
            int other = i + Integer.remainderUnsigned(twister.next(), items - i);
            int item = order[i];
            order[i] = order[other];
            order[other] = item;
        }
        return Arrays.copyOf(order, count);
    }
}
