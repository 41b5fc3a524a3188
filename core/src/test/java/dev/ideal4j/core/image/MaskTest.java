package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MaskTest {
    /** A line of one pixel in 10: the nearest pixel misses it, and it never fills half of a larger pixel. */
    @Test
    void thinDefectsVanishByEitherRuleWhenShrunk() {
        boolean[] line = new boolean[100];
        for (int x = 0; x < 10; x++) {
            line[30 + x] = true;
        }
        Mask mask = new Mask(10, 10, line);
        assertThat(mask.resize(5, 5, Mask.Resize.NEAREST).isEmpty()).isTrue();
        assertThat(mask.resize(5, 5, Mask.Resize.BILINEAR).isEmpty()).isTrue();
        assertThat(mask.resize(10, 10, Mask.Resize.BILINEAR)).isEqualTo(mask);
    }

    /** The nearest pixel counts alone by one rule; by the other, a larger pixel counts when more than half of it is set. */
    @Test
    void theBilinearRuleCountsPixelsThatAreMoreThanHalfFull() {
        Mask mask = new Mask(4, 1, new boolean[] {true, false, true, true});
        assertThat(mask.resize(2, 1, Mask.Resize.NEAREST).pixels()).containsExactly(true, true);
        assertThat(mask.resize(2, 1, Mask.Resize.BILINEAR).pixels()).containsExactly(true, true);
        Mask sparse = new Mask(4, 1, new boolean[] {true, false, false, false});
        assertThat(sparse.resize(2, 1, Mask.Resize.NEAREST).pixels()).containsExactly(true, false);
        assertThat(sparse.resize(2, 1, Mask.Resize.BILINEAR).pixels()).containsExactly(false, false);
    }
}
