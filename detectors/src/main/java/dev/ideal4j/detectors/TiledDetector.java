package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Applies a detector to large or oblong images. References and queries are cut into tiles, and each tile is an image for the
 * detector. A query's tiles are compared with the tiles of all places or, if they are {@linkplain Tiling#aligned aligned},
 * with the tiles of the same place and of the places around it. Where tiles overlap, their maps are blended by weights that
 * fall towards the tiles' edges, so that no seam shows. The image score is the highest of the tiles' scores.
 *
 * <p>The tiles of an abnormal reference that show the defect are abnormal references. The other tiles of this image are left
 * out. A known defect counts at every place.
 */
public final class TiledDetector implements FewShotDetector {
    /** For methods without a backbone. */
    private static final int TILES_AT_ONCE = 8;

    /** Names of the settings in files. */
    private static final String SIZE = "tileSize";

    private static final String SIDE = "tileSide";
    private static final String OVERLAP = "tileOverlap";
    private static final String SCALE = "tileScale";
    private static final String ALIGNED = "tileAligned";

    /** Largest memory of the scorers that {@link AlignedScorers} keeps, in bytes. */
    private static final long MOST_KEPT = 128L << 20;

    private final FewShotDetector detector;
    private final Tiling tiling;
    private final long mostKept;

    /**
     * @param detector scores the tiles; closed with this detector
     * @param tiling how images are cut
     * @throws InvalidInputException if tiles are aligned and the method trains a network in its fit
     */
    public TiledDetector(FewShotDetector detector, Tiling tiling) {
        this(detector, tiling, MOST_KEPT);
    }

    /** As {@link #TiledDetector(FewShotDetector, Tiling)}, with the largest memory of aligned scorers in bytes. */
    TiledDetector(FewShotDetector detector, Tiling tiling, long mostKept) {
        if (tiling.aligned() && trainsInFit(detector)) {
            throw new InvalidInputException(
                    "aligned",
                    detector.name() + ", which trains in its fit",
                    "a method without training for each place");
        }
        this.detector = detector;
        this.tiling = tiling;
        this.mostKept = mostKept;
    }

    private static boolean trainsInFit(FewShotDetector detector) {
        return DetectorMethods.names().contains(detector.name())
                && DetectorMethods.named(detector.name()).trainsInFit();
    }

    /** Restores a tiled detector from a file. Returns the given detector itself if the saved one was not tiled. */
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
                        Double.parseDouble(file.config(SCALE)),
                        file.hasConfig(ALIGNED) && Boolean.parseBoolean(file.config(ALIGNED))));
    }

    /** The settings of a method, with those of the tiles. */
    static Map<String, Object> config(Map<String, Object> config, Tiling tiling) {
        Map<String, Object> map = new LinkedHashMap<>(config);
        map.put(SIDE, tiling.side().name());
        map.put(SIZE, tiling.size());
        map.put(OVERLAP, tiling.overlap());
        map.put(SCALE, tiling.scale());
        if (tiling.aligned()) {
            map.put(ALIGNED, true);
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public String name() {
        return detector.name();
    }

    @Override
    public Map<String, Object> config() {
        return config(detector.config(), tiling);
    }

    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        return tiling.aligned()
                ? aligned(references, null, listener)
                : scorer(TileScorers.everywhere(everywhere(tiles(references), listener), atOnce()));
    }

    /** Fits to tiles. The listener hears of their features, unless a store of features tells it already. */
    private Scorer everywhere(References tiles, TrainingListener listener) {
        FeatureExtractor network = extractor();
        if (network == null || StoredFeatures.inUse(network)) {
            return detector.scorer(tiles, listener);
        }
        CountedFeatures counted = new CountedFeatures(listener);
        try (FewShotDetector heard = detector.over(extractor -> StoredFeatures.of(extractor, counted))) {
            return heard.scorer(tiles, listener);
        } finally {
            counted.end();
        }
    }

    @Override
    public Scorer restored(References references, @Nullable Weights learnt) {
        return tiling.aligned()
                ? aligned(references, learnt, TrainingListener.NONE)
                : scorer(TileScorers.everywhere(detector.restored(tiles(references), learnt), atOnce()));
    }

    /** Number of tiles that are scored together. A method with a network of its own splits them further. */
    private int atOnce() {
        FeatureExtractor extractor = detector.extractor();
        return extractor == null ? TILES_AT_ONCE : extractor.backend().imagesAtOnce();
    }

    private References tiles(References references) {
        return new ReferenceTiles(tiling, references).all();
    }

    private Scorer aligned(References references, @Nullable Weights learnt, TrainingListener listener) {
        ReferenceTiles tiles = new ReferenceTiles(tiling, references);
        return scorer(new AlignedScorers(detector, tiles, learnt, mostKept, listener));
    }

    private Scorer scorer(TileScorers scorers) {
        return new TiledScorer(name(), tiling, scorers);
    }

    @Override
    public LeaveOneOut leaveOneOut() {
        return detector.leaveOneOut();
    }

    @Override
    public @Nullable FeatureExtractor extractor() {
        return detector.extractor();
    }

    /** References keep their size, because scaling twice would give another image. */
    @Override
    public RgbImage resized(RgbImage image) {
        return image;
    }

    @Override
    public FewShotDetector over(UnaryOperator<FeatureExtractor> change) {
        return new TiledDetector(detector.over(change), tiling, mostKept);
    }

    @Override
    public Weights trained() {
        return detector.trained();
    }

    @Override
    public void close() {
        detector.close();
    }
}
