package dev.ideal4j.detectors.training;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Tiling;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Episodes of tiles: each image of an episode is replaced by one of its tiles. For an image with a defect, the tile shows at
 * least half as much of the defect as any other tile. The normal references show the same place as the query.
 */
public final class TiledEpisodes implements Episode.Source {
    private final Episode.Source images;
    private final Tiling tiling;
    private final Random random;
    private final Map<String, Size> sizes = new HashMap<>();

    private record Size(int width, int height) {}

    /**
     * Tiles of the images of episodes.
     *
     * @param images episodes of whole images
     * @param seed seed of the choice of tiles
     */
    public TiledEpisodes(Episode.Source images, Tiling tiling, long seed) {
        this.images = images;
        this.tiling = tiling;
        this.random = new Random(seed);
    }

    /** Draws a random number for each image. The number chooses the tile when the image is needed. */
    @Override
    public Episode next() {
        Episode episode = images.next();
        Tile query = new Tile(episode.query(), random.nextLong(), null);
        List<TrainingImage> normal = episode.normal().stream()
                .map(image -> (TrainingImage) new Tile(image, 0, query))
                .toList();
        List<TrainingImage> abnormal = episode.abnormal().stream()
                .map(image -> (TrainingImage) new Tile(image, random.nextLong(), null))
                .toList();
        return new Episode(normal, abnormal, query);
    }

    /** The size of an image. A normal image is read to find its size, because it has no mask. */
    private Size size(TrainingImage image) {
        Mask mask = image.mask();
        if (mask != null) {
            return new Size(mask.width(), mask.height());
        }
        return sizes.computeIfAbsent(image.key(), key -> {
            RgbImage read = image.image();
            return new Size(read.width(), read.height());
        });
    }

    private final class Tile implements TrainingImage {
        private final TrainingImage whole;
        private final long draw;
        private final Tile like;
        private int place = -1;

        /**
         * @param draw random number that chooses the tile
         * @param like tile whose place this tile has, or null
         */
        Tile(TrainingImage whole, long draw, Tile like) {
            this.whole = whole;
            this.draw = draw;
            this.like = like;
        }

        private int place() {
            if (place < 0) {
                Mask mask = whole.mask();
                Size size = size(whole);
                if (like != null) {
                    Size other = size(like.whole);
                    place = tiling.place(like.place(), other.width, other.height, size.width, size.height);
                } else if (mask == null) {
                    place = new Random(draw).nextInt(tiling.count(size.width, size.height));
                } else {
                    int[] marked = tiling.marked(mask);
                    int most = IntStream.of(marked).max().orElseThrow();
                    int[] shown = IntStream.range(0, marked.length)
                            .filter(i -> 2 * marked[i] >= most)
                            .toArray();
                    place = shown[new Random(draw).nextInt(shown.length)];
                }
            }
            return place;
        }

        @Override
        public String key() {
            return String.join(
                    "-",
                    whole.key(),
                    tiling.side().name(),
                    Integer.toString(tiling.size()),
                    Integer.toString(tiling.overlap()),
                    Long.toHexString(Double.doubleToLongBits(tiling.scale())),
                    Integer.toString(place()));
        }

        @Override
        public RgbImage image() {
            return tiling.tile(whole.image(), place());
        }

        @Override
        public Mask mask() {
            Mask mask = whole.mask();
            return mask == null ? null : tiling.tile(mask, place());
        }
    }
}
