package dev.ideal4j.eval.metrics;

import java.util.Arrays;

/** NumPy 1.24's default {@code argsort}, for its order of equal values. */
final class NumpyArgsort {
    private static final int SMALL = 16;

    private final double[] values;
    private final int[] order;

    private NumpyArgsort(double[] values) {
        this.values = values;
        order = new int[values.length];
        Arrays.setAll(order, i -> i);
    }

    /** Positions of the values, ascending. */
    static int[] of(double[] values) {
        NumpyArgsort sort = new NumpyArgsort(values);
        sort.sort(0, values.length - 1);
        return sort.order;
    }

    private void sort(int left, int right) {
        if (right - left < SMALL) {
            insertionSort(left, right);
            return;
        }
        int middle = left + (right - left >> 1);
        swapIfLess(middle, left);
        swapIfLess(right, middle);
        swapIfLess(middle, left);
        double pivot = values[order[middle]];
        int i = left;
        int j = right - 1;
        swap(middle, j);
        while (true) {
            do {
                i++;
            } while (values[order[i]] < pivot);
            do {
                j--;
            } while (pivot < values[order[j]]);
            if (i >= j) {
                break;
            }
            swap(i, j);
        }
        swap(i, right - 1);
        sort(left, i - 1);
        sort(i + 1, right);
    }

    private void insertionSort(int left, int right) {
        for (int i = left + 1; i <= right; i++) {
            int moved = order[i];
            int j = i;
            while (j > left && values[moved] < values[order[j - 1]]) {
                order[j] = order[j - 1];
                j--;
            }
            order[j] = moved;
        }
    }

    private void swapIfLess(int a, int b) {
        if (values[order[a]] < values[order[b]]) {
            swap(a, b);
        }
    }

    private void swap(int a, int b) {
        int kept = order[a];
        order[a] = order[b];
        order[b] = kept;
    }
}
