package dev.ideal4j.eval.random;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoaderOrderTest {
    /** The first items of 209 that PyTorch's loader gives. */
    @ParameterizedTest
    @CsvSource({"0, 133", "1, 181", "2, 27", "111, 103", "3407, 9", "114514, 170"})
    void theFirstItemIsPyTorchs(long seed, int first) {
        assertThat(LoaderOrder.first(209, 1, seed)).containsExactly(first);
        assertThat(LoaderOrder.first(209, 4, seed)).startsWith(first).doesNotHaveDuplicates();
    }

    @Test
    void allItemsAreAPermutation() {
        for (int items : new int[] {1, 2, 17}) {
            int[] order = LoaderOrder.first(items, items, 5);
            Arrays.sort(order);
            assertThat(order).containsExactly(IntStream.range(0, items).toArray());
        }
        assertThat(LoaderOrder.first(5, 0, 5)).isEmpty();
    }
}
