package dev.ideal4j.core.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.OutOfDeviceMemoryException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChunksTest {
    /** What a device does that has memory for {@code room} items: the first item and the number of each call. */
    private static List<String> calls(int most, int count, int room) {
        List<String> calls = new ArrayList<>();
        Chunks.run(most, count, (first, some) -> {
            calls.add(first + "+" + some);
            if (some > room) {
                throw new OutOfDeviceMemoryException("test", some, room);
            }
        });
        return calls;
    }

    @Test
    void itemsComeInOrderAndTheLastChunkIsSmaller() {
        assertThat(calls(4, 10, 4)).containsExactly("0+4", "4+4", "8+2");
        assertThat(calls(4, 0, 4)).isEmpty();
    }

    @Test
    void aChunkThatDoesNotFitIsHalvedAndSoAreThoseAfterIt() {
        assertThat(calls(64, 70, 20)).containsExactly("0+64", "0+32", "0+16", "16+16", "32+16", "48+16", "64+6");
        assertThat(calls(8, 3, 1)).containsExactly("0+3", "0+1", "1+1", "2+1");
    }

    @Test
    void anItemThatDoesNotFitAloneIsAnError() {
        assertThatThrownBy(() -> calls(8, 3, 0)).isInstanceOf(OutOfDeviceMemoryException.class);
    }
}
