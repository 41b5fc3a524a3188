package dev.ideal4j.eval.random;

import java.util.Arrays;
import org.apache.commons.math3.random.MersenneTwister;

/**
 * The order of the items of a PyTorch data loader that shuffles with a generator of its own. The first two outputs of the
 * generator are the seed of the workers. Then the items are permuted by a forward Fisher-Yates shuffle.
 */
public final class LoaderOrder {
    private static final int FOR_WORKERS = 2;

    private LoaderOrder() {}

    /**
     * The numbers of the first items.
     *
     * @param items number of all items
     * @param count number of items to return, at most {@code items}
     * @param seed seed of the generator; only its lower 32 bits count
     * @return numbers of the items, from 0
     */
    public static int[] first(int items, int count, long seed) {
        MersenneTwister twister = new MersenneTwister((int) seed);
        for (int i = 0; i < FOR_WORKERS; i++) {
            twister.nextInt();
        }
        int[] order = new int[items];
        for (int i = 0; i < items; i++) {
            order[i] = i;
        }
        for (int i = 0; i < Math.min(count, items - 1); i++) {
            int other = i + Integer.remainderUnsigned(twister.nextInt(), items - i);
            int item = order[i];
            order[i] = order[other];
            order[other] = item;
        }
        return Arrays.copyOf(order, count);
    }
}
