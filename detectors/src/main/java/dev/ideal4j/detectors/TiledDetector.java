package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Any detector on large or oblong images: references and queries are cut into tiles, and each tile is an image for the detector. A
 * query's tiles are compared with the tiles of all positions. Where tiles overlap, their maps are blended by weights that fall
 * to zero at the tiles' edges, so no seam shows. The image score is the highest of the tiles' scores.
 *
 * <p>Of an abnormal reference, the tiles that show the defect are abnormal references. Its other tiles are left out.
 */
public final class TiledDetector implements FewShotDetector {
    /** Settings in files. */
    static final String SIZE = "tileSize";

    private static final String SIDE = "tileSide";
    private static final String OVERLAP = "tileOverlap";
    private static final String SCALE = "tileScale";

    /** Tiles that are scored at a time. */
    private static final int BATCH = 8;

    private final FewShotDetector detector;
    private final Tiling tiling;

    /**
     * @param detector scores tiles; owned by this
     * @param tiling how images are cut
     */
    public TiledDetector(FewShotDetector detector, Tiling tiling) {
        this.detector = detector;
        this.tiling = tiling;
    }

    /** A tiled detector that was fitted before, or the detector itself if it was not tiled. */
    static FewShotDetector restore(FittedFile file, FewShotDetector detector) {
        if (!file.hasConfig(SIZE)) {
            return detector;
        }
        return new TiledDetector(
                detector,
                new Tiling(
                        file.hasConfig(SIDE) ? Tiling.Side.valueOf(file.config(SIDE)) : Tiling.Side.FIXED,
                        Integer.parseInt(file.config(SIZE)),
                        Integer.parseInt(file.config(OVERLAP)),
                        Double.parseDouble(file.config(SCALE))));
    }

    private Map<String, Object> with(Map<String, Object> config) {
        Map<String, Object> map = new LinkedHashMap<>(config);
        map.put(SIDE, tiling.side().name());
        map.put(SIZE, tiling.size());
        map.put(OVERLAP, tiling.overlap());
        map.put(SCALE, tiling.scale());
        return Collections.unmodifiableMap(map);
    }

    @Override
    public String name() {
        return detector.name();
    }

    @Override
    public Map<String, Object> config() {
        return with(detector.config());
    }

    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        return new TiledScorer(detector.scorer(tiles(references), listener));
    }

    @Override
    public Scorer restored(References references, Weights learnt) {
        return new TiledScorer(detector.restored(tiles(references), learnt));
    }

    /** The references' tiles. */
    private References tiles(References references) {
        References.Builder tiles = References.builder();
        for (Reference known : references.all()) {
            if (known.role() != Role.NORMAL && known.role() != Role.ABNORMAL) {
                continue;
            }
            Cut cut = new Cut(known.image());
            for (int i = 0; i < cut.count(); i++) {
                Mask ignored = cut.ignored(known.ignored(), i);
                Mask defect = cut.mask(known.mask(), i);
                boolean counts = ignored == null || ignored.share() < 1;
                if (counts && (known.role() == Role.NORMAL || !defect.isEmpty())) {
                    tiles.add(known.name() + ", tile " + (i + 1), known.role(), cut.tile(i), defect, ignored);
                }
            }
        }
        return tiles.build();
    }

    @Override
    public LeaveOneOut leaveOneOut() {
        return detector.leaveOneOut();
    }

    @Override
    public FeatureExtractor extractor() {
        return detector.extractor();
    }

    /** References are kept as they are: scaling twice would not give the same image. */
    @Override
    public RgbImage resized(RgbImage image) {
        return image;
    }

    @Override
    public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        return new TiledDetector(detector.over(change), tiling);
    }

    @Override
    public Weights trained() {
        return detector.trained();
    }

    @Override
    public void close() {
        detector.close();
    }

    /** A scaled image and the places of its tiles. */
    private final class Cut {
        private final RgbImage image;
        private final int side;
        private final List<Integer> rows;
        private final List<Integer> columns;

        Cut(RgbImage original) {
            int width = tiling.scaled(original.width());
            int height = tiling.scaled(original.height());
            this.image = original.width() == width && original.height() == height
                    ? original
                    : PillowResize.resize(original, width, height, PillowResize.Filter.BICUBIC);
            this.side = tiling.sideOf(width, height);
            this.rows = tiling.starts(height, side);
            this.columns = tiling.starts(width, side);
        }

        int count() {
            return rows.size() * columns.size();
        }

        int left(int tile) {
            return columns.get(tile % columns.size());
        }

        int top(int tile) {
            return rows.get(tile / columns.size());
        }

        /** Columns of a tile that lie in the image. */
        private int across() {
            return Math.min(side, image.width());
        }

        /** Rows of a tile that lie in the image. */
        private int down() {
            return Math.min(side, image.height());
        }

        /** A tile, grey beyond the image. */
        RgbImage tile(int tile) {
            byte[] samples = new byte[3 * side * side];
            for (int y = 0; y < down(); y++) {
                int from = 3 * ((top(tile) + y) * image.width() + left(tile));
                System.arraycopy(image.samples(), from, samples, 3 * y * side, 3 * across());
            }
            RgbImage cut = new RgbImage(side, side, samples);
            Mask beyond = ignored(null, tile);
            return beyond == null ? cut : beyond.hide(cut);
        }

        /** The pixels of a tile that do not count: those beyond the image, and those of a mask; null if all count. */
        Mask ignored(Mask whole, int tile) {
            if (across() == side && down() == side) {
                return mask(whole, tile);
            }
            Mask ignored = whole == null ? new Mask(side, side, new boolean[side * side]) : mask(whole, tile);
            for (int y = 0; y < side; y++) {
                Arrays.fill(ignored.pixels(), y * side + (y < down() ? across() : 0), (y + 1) * side, true);
            }
            return ignored;
        }

        /** A tile of a mask of the whole image, without marks beyond the image; null if there is none. */
        Mask mask(Mask whole, int tile) {
            if (whole == null) {
                return null;
            }
            Mask resized = whole.width() == image.width() && whole.height() == image.height()
                    ? whole
                    : whole.resize(image.width(), image.height());
            boolean[] pixels = new boolean[side * side];
            for (int y = 0; y < down(); y++) {
                int from = (top(tile) + y) * image.width() + left(tile);
                System.arraycopy(resized.pixels(), from, pixels, y * side, across());
            }
            return new Mask(side, side, pixels);
        }
    }

    private final class TiledScorer implements Scorer {
        private final Scorer scorer;

        TiledScorer(Scorer scorer) {
            this.scorer = scorer;
        }

        @Override
        public Map<String, Object> config() {
            return with(scorer.config());
        }

        @Override
        public Weights learnt() {
            return scorer.learnt();
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            return score(images, Collections.nCopies(images.size(), null));
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images, List<Mask> ignored) {
            List<Anomaly> anomalies = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                anomalies.add(whole(images.get(i), ignored.get(i)));
            }
            return anomalies;
        }

        private Anomaly whole(RgbImage image, Mask ignored) {
            Cut cut = new Cut(image);
            Blend map = null;
            Blend heat = null;
            Blend patches = null;
            float score = Float.NEGATIVE_INFINITY;
            for (int first = 0; first < cut.count(); first += BATCH) {
                List<Integer> places = new ArrayList<>();
                List<RgbImage> tiles = new ArrayList<>();
                List<Mask> masks = new ArrayList<>();
                for (int i = first; i < Math.min(cut.count(), first + BATCH); i++) {
                    Mask mask = cut.ignored(ignored, i);
                    if (mask == null || mask.share() < 1) {
                        places.add(i);
                        tiles.add(cut.tile(i));
                        masks.add(mask == null || mask.isEmpty() ? null : mask);
                    }
                }
                List<Anomaly> found = scorer.score(tiles, masks);
                for (int i = 0; i < found.size(); i++) {
                    Anomaly tile = found.get(i);
                    if (map == null) {
                        map = new Blend(cut, tile.map());
                        patches = new Blend(cut, tile.patches());
                        heat = tile.heat() == tile.map() ? map : new Blend(cut, tile.heat());
                    }
                    score = Math.max(score, tile.score());
                    map.add(places.get(i), tile.map());
                    patches.add(places.get(i), tile.patches());
                    if (heat != map) {
                        heat.add(places.get(i), tile.heat());
                    }
                }
            }
            if (map == null) {
                throw new InvalidInputException("pixels that do not count", "all tiles", "a tile that counts");
            }
            ScoreMap blended = map.done();
            return new Anomaly(score, blended, patches.done(), heat == map ? blended : heat.done(), null);
        }

        @Override
        public void close() {
            scorer.close();
        }
    }

    /** A map of the whole image from the maps of its tiles. */
    private final class Blend {
        private final Cut cut;
        private final int width;
        private final int height;
        private final double[] sums;
        private final float[] weights;
        private final double perPixel;

        /**
         * @param tile one of the tiles' maps, for their size
         */
        Blend(Cut cut, ScoreMap tile) {
            this.cut = cut;
            this.perPixel = (double) tile.width() / cut.side;
            this.width = Math.max(1, (int) Math.round(cut.image.width() * perPixel));
            this.height = Math.max(1, (int) Math.round(cut.image.height() * perPixel));
            this.sums = new double[Math.multiplyExact(width, height)];
            this.weights = new float[sums.length];
        }

        /** Adds a tile's map, with weights that fall towards its edges. */
        void add(int tile, ScoreMap map) {
            int left = Math.max(0, Math.min(width - map.width(), (int) Math.round(cut.left(tile) * perPixel)));
            int top = Math.max(0, Math.min(height - map.height(), (int) Math.round(cut.top(tile) * perPixel)));
            float[] across = window(Math.min(width, map.width()));
            float[] down = window(Math.min(height, map.height()));
            for (int y = 0; y < Math.min(height, map.height()); y++) {
                for (int x = 0; x < Math.min(width, map.width()); x++) {
                    float weight = across[x] * down[y];
                    int at = (top + y) * width + left + x;
                    sums[at] += (double) weight * map.at(x, y);
                    weights[at] += weight;
                }
            }
        }

        /** Rises over half the map and falls again; never zero. */
        private static float[] window(int length) {
            float[] window = new float[length];
            for (int i = 0; i < length; i++) {
                window[i] = Math.min(i + 1, length - i);
            }
            return window;
        }

        /** The means; zero where no tile counts. */
        ScoreMap done() {
            float[] values = new float[sums.length];
            Arrays.setAll(sums, i -> weights[i] == 0 ? 0 : sums[i] / weights[i]);
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) sums[i];
            }
            return new ScoreMap(width, height, values);
        }
    }
}
