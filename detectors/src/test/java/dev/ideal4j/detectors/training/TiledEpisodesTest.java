package dev.ideal4j.detectors.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Tiling;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TiledEpisodesTest {
    private static final int WIDTH = 400;
    private static final int HEIGHT = 200;
    private static final Tiling TILES = new Tiling(100, 0, 1);

    private final AtomicInteger reads = new AtomicInteger();

    /** An image whose red is the number of its tile, with a defect of 30 pixels beside the corner of four tiles, or none. */
    private final class Plan implements TrainingImage {
        private final String name;
        private final boolean defect;

        Plan(String name, boolean defect) {
            this.name = name;
            this.defect = defect;
        }

        @Override
        public String key() {
            return name;
        }

        @Override
        public RgbImage image() {
            reads.incrementAndGet();
            byte[] samples = new byte[3 * WIDTH * HEIGHT];
            for (int i = 0; i < WIDTH * HEIGHT; i++) {
                samples[3 * i] = (byte) (i / WIDTH / 100 * 4 + i % WIDTH / 100);
            }
            return new RgbImage(WIDTH, HEIGHT, samples);
        }

        @Override
        public Mask mask() {
            if (!defect) {
                return null;
            }
            boolean[] pixels = new boolean[WIDTH * HEIGHT];
            for (int i = 0; i < pixels.length; i++) {
                // 28 of 30 columns and 20 of 30 rows lie in tile 6.
                int x = i % WIDTH;
                int y = i / WIDTH;
                pixels[i] = x >= 198 && x < 228 && y >= 90 && y < 120;
            }
            return new Mask(WIDTH, HEIGHT, pixels);
        }
    }

    private TiledEpisodes episodes(boolean anomalous, long seed) {
        return new TiledEpisodes(
                () -> new Episode(
                        List.of(new Plan("a", false), new Plan("b", false)),
                        List.of(new Plan("c", true)),
                        new Plan("d", anomalous)),
                TILES,
                seed);
    }

    private static int tile(TrainingImage image) {
        assertThat(image.image().width()).isEqualTo(100);
        assertThat(image.image().height()).isEqualTo(100);
        assertThat(image.key()).matches("[A-Za-z0-9-]+");
        return image.image().samples()[0];
    }

    @Test
    void tilesOfDefectsShowThemAndGoodOnesThePlaceOfTheQuery() {
        for (boolean anomalous : new boolean[] {true, false}) {
            TiledEpisodes tiled = episodes(anomalous, 5);
            Set<Integer> queries = new HashSet<>();
            Set<String> keys = new HashSet<>();
            for (int i = 0; i < 60; i++) {
                Episode episode = tiled.next();
                TrainingImage bad = episode.abnormal().get(0);
                // Tile 2 shows 280 of the 560 pixels of tile 6; tiles 1 and 5 show 20 and 40.
                assertThat(tile(bad)).isIn(2, 6);
                assertThat(bad.mask().marked()).isIn(280, 560);
                int query = tile(episode.query());
                queries.add(query);
                keys.add(episode.query().key());
                episode.normal().forEach(good -> {
                    assertThat(tile(good)).isEqualTo(query);
                    assertThat(good.mask()).isNull();
                });
                assertThat(episode.query().mask() != null).isEqualTo(anomalous);
            }
            assertThat(queries).hasSize(anomalous ? 2 : 8);
            assertThat(keys).hasSameSizeAs(queries);
        }
    }

    /** Drawing reads nothing, so that a resumed training passes over its first episodes at once; and it repeats. */
    @Test
    void drawingReadsNoImageAndRepeats() {
        TiledEpisodes one = episodes(false, 7);
        TiledEpisodes other = episodes(false, 7);
        for (int i = 0; i < 30; i++) {
            one.next();
        }
        assertThat(reads).hasValue(0);
        for (int i = 0; i < 30; i++) {
            other.next();
        }
        Episode next = one.next();
        assertThat(other.next().query().key()).isEqualTo(next.query().key());
        assertThat(next.query().key()).isNotEqualTo(one.next().query().key());
    }

    @Test
    void anotherCutIsAnotherKey() {
        TrainingImage query = episodes(true, 3).next().query();
        Episode.Source images =
                () -> new Episode(List.of(new Plan("a", false)), List.of(new Plan("c", true)), new Plan("d", true));
        assertThat(new TiledEpisodes(images, new Tiling(100, 10, 1), 3)
                        .next()
                        .query()
                        .key())
                .isNotEqualTo(query.key());
    }

    @Test
    void placesOfImagesOfOtherSizesAreTheNearest() {
        assertThat(TILES.count(400, 200)).isEqualTo(8);
        assertThat(TILES.place(7, 400, 200, 400, 200)).isEqualTo(7);
        assertThat(TILES.place(7, 400, 200, 200, 100)).isEqualTo(1);
        assertThat(TILES.place(4, 400, 200, 300, 300)).isEqualTo(6);
        assertThat(TILES.place(0, 100, 100, 300, 300)).isEqualTo(4);
    }
}
