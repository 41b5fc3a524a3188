package dev.ideal4j.kernels.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Where work-items of a GPU write in local memory, which has 32 banks of a word each. */
class BankConflictsTest {
    private static final int BANKS = 32;

    /** The load of {@code gemm-tiles.kc}, along the depth and along the tile, for the first 32 items. */
    @Test
    void itemsThatLoadASliceOfAProductMeetAtMostTwoToABank() {
        int slice = number("SLICE");
        int tile = number("TILE");
        int pitch = number("PITCH");
        for (boolean alongTheDepth : new boolean[] {true, false}) {
            int[] items = new int[BANKS];
            for (int t = 0; t < BANKS; t++) {
                int line = alongTheDepth ? t / slice : t % tile;
                int k = alongTheDepth ? t % slice : t / tile;
                items[(k * pitch + line) % BANKS]++;
            }
            assertThat(Arrays.stream(items).max().orElseThrow()).isLessThanOrEqualTo(2);
        }
    }

    private static int number(String name) {
        Matcher found = Pattern.compile("#define " + name + " ([0-9]+)").matcher(Kernels.read("gemm-tiles.kc"));
        assertThat(found.find()).as(name).isTrue();
        return Integer.parseInt(found.group(1));
    }
}
