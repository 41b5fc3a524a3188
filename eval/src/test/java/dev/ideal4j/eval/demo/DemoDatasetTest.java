package dev.ideal4j.eval.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertAll;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.RgbImage;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DemoDatasetTest {
    private static final DemoDataset TIDY = new DemoDataset(7, 0);
    private static final List<String> PARTS = TIDY.parts();

    @ParameterizedTest
    @ValueSource(doubles = {0, 1})
    void everyDefectIsMaskedWhereItShows(double difficulty) {
        DemoDataset dataset = new DemoDataset(11, difficulty);
        assertAll(PARTS.parallelStream()
                .flatMap(part -> dataset.defects(part).stream().map(kind -> dataset.test(part, kind, 3)))
                .map(sample -> () -> {
                    long marked = IntStream.range(0, sample.mask().pixels().length)
                            .filter(i -> sample.mask().pixels()[i])
                            .count();
                    double share = marked / (double) sample.mask().pixels().length;
                    assertThat(share).as(sample.part() + " " + sample.kind()).isBetween(0.0002, 0.4);
                    assertThat(sample.isAbnormal()).isTrue();
                    assertThat(sample.mask().width()).isEqualTo(sample.image().width());
                }));
    }

    @Test
    void theMaskSeparatesWhatChangedFromWhatDidNot() {
        DemoSample bridge = TIDY.test("board", "bridge", 0);
        DemoSample again = TIDY.test("board", "bridge", 0);
        assertThat(bridge.image().samples()).isEqualTo(again.image().samples());
        // Solder is far brighter than its surroundings.
        assertThat(brightness(bridge, true)).isGreaterThan(1.5 * brightness(bridge, false));
    }

    @Test
    void goodImagesHaveEmptyMasksAndDiffer() {
        for (String part : PARTS) {
            DemoSample good = TIDY.test(part, DemoDataset.GOOD, 0);
            assertThat(good.mask().isEmpty()).isTrue();
            assertThat(good.isAbnormal()).isFalse();
            List<RgbImage> others = List.of(
                    TIDY.test(part, DemoDataset.GOOD, 1).image(),
                    TIDY.train(part, 0).image(),
                    new DemoDataset(8, 0).test(part, DemoDataset.GOOD, 0).image());
            for (RgbImage other : others) {
                assertThat(meanDifference(good.image(), other)).as(part).isGreaterThan(2);
            }
        }
    }

    @Test
    void sameSeedSameImagesOnEveryMachine() throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (String part : PARTS) {
            digest.update(TIDY.test(part, TIDY.defects(part).get(0), 0).image().samples());
        }
        assertThat(HexFormat.of().formatHex(digest.digest(), 0, 8)).isEqualTo("a11fa1e077d07655");
    }

    @Test
    void partsAndDefectsAreSorted() {
        assertThat(PARTS).hasSize(8).isSorted();
        for (String part : PARTS) {
            assertThat(TIDY.defects(part)).hasSize(5).isSorted().doesNotContain(DemoDataset.GOOD);
        }
    }

    @Test
    void variantsAreOtherProductsOfTheSameKind() {
        assertThat(TIDY.variants(1, 2)).hasSize(16).startsWith("board-1", "board-2", "capsule-1");
        assertThat(DemoDataset.kind("wood-12")).isEqualTo("wood");
        DemoSample plain = TIDY.test("fabric", TIDY.defects("fabric").get(0), 0);
        DemoSample first = TIDY.test("fabric-1", plain.kind(), 0);
        DemoSample second = TIDY.test("fabric-2", plain.kind(), 0);
        assertThat(meanDifference(plain.image(), first.image())).isGreaterThan(5);
        assertThat(meanDifference(second.image(), first.image())).isGreaterThan(5);
        assertThat(first.mask().isEmpty()).isFalse();
        // The last painted part is cached, and must not be returned for another request.
        assertThat(new DemoDataset(7, 0)
                        .test("fabric-2", plain.kind(), 0)
                        .image()
                        .samples())
                .isEqualTo(second.image().samples());
        assertThatThrownBy(() -> TIDY.test("fabric-0", DemoDataset.GOOD, 0)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatThrownBy(() -> new DemoDataset(1, 1.5))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("difficulty: found 1.5");
        assertThatThrownBy(() -> TIDY.train("spoon", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("part: found spoon, expected one of [board");
        assertThatThrownBy(() -> TIDY.test("wood", "bent", 0))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("defect of wood: found bent");
    }

    private static double brightness(DemoSample sample, boolean inside) {
        boolean[] mask = sample.mask().pixels();
        byte[] samples = sample.image().samples();
        return IntStream.range(0, mask.length)
                .filter(i -> mask[i] == inside)
                .map(i -> (samples[3 * i] & 255) + (samples[3 * i + 1] & 255) + (samples[3 * i + 2] & 255))
                .average()
                .orElseThrow();
    }

    private static double meanDifference(RgbImage a, RgbImage b) {
        assertThat(Arrays.mismatch(a.samples(), b.samples())).isNotNegative();
        return IntStream.range(0, a.samples().length)
                .map(i -> Math.abs((a.samples()[i] & 255) - (b.samples()[i] & 255)))
                .average()
                .orElseThrow();
    }
}
