package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;

/**
 * Applies a detector to large or oblong images. References and queries are cut into tiles, and each tile is an image for the
 * detector. A query's tiles are compared with the tiles of all places or, if they are {@linkplain Tiling#aligned aligned},
 * with the tiles of the same place and of the places around it. Where tiles overlap, their maps are blended by weights that
 * fall towards the tiles' edges, so that no seam shows. The image score is the highest of the tiles' scores.
 *
 * <p>The tiles of an abnormal reference that show the defect are abnormal references. The other tiles of this image are left
 * out. A known defect counts at every place.
 *
 * <p>{@link Scorer#score(RgbImage.Rows, Mask, Scorer.Parts)} keeps only the rows of one row of tiles in memory, and the map.
 */
public final class TiledDetector implements FewShotDetector {
    /** Names of the settings in files. */
    static final String SIZE = "tileSize";

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

    private Map<String, Object> with(Map<String, Object> config) {
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
        return with(detector.config());
    }

    @Override
    public Scorer scorer(References references, TrainingListener listener) {
        return tiling.aligned()
                ? new TiledScorer(aligned(references, null, listener))
                : new TiledScorer(TileScorers.everywhere(everywhere(tiles(references), listener)));
    }

    /** Fits to tiles. The listener hears of their features, unless a store of features tells it already. */
    private Scorer everywhere(References tiles, TrainingListener listener) {
        if (extractor() == null || StoredFeatures.inUse(extractor())) {
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
    public Scorer restored(References references, Weights learnt) {
        return tiling.aligned()
                ? new TiledScorer(aligned(references, learnt, TrainingListener.NONE))
                : new TiledScorer(TileScorers.everywhere(detector.restored(tiles(references), learnt)));
    }

    /** The references' tiles. */
    private References tiles(References references) {
        References.Builder tiles = References.builder();
        learnt(references).forEach(known -> tiles(known).values().forEach(tile -> add(tile, tiles)));
        return tiles.build();
    }

    private static List<Reference> learnt(References references) {
        return references.all().stream()
                .filter(known -> known.role() == Role.NORMAL || known.role() == Role.ABNORMAL)
                .toList();
    }

    private static void add(Reference tile, References.Builder to) {
        to.add(tile.name(), tile.role(), tile.image(), tile.mask(), tile.ignored());
    }

    /** The tiles of a reference that the method learns from, by place. */
    private Map<Integer, Reference> tiles(Reference known) {
        Map<Integer, Reference> tiles = new TreeMap<>();
        TileCut cut = new TileCut(tiling, known.image().rows());
        Mask marked = cut.scaled(known.mask());
        Mask out = cut.scaled(known.ignored());
        for (int i = 0; i < cut.count(); i++) {
            Mask ignored = cut.ignored(out, i);
            Mask defect = cut.mask(marked, i);
            boolean counts = ignored == null || ignored.share() < 1;
            if (counts && (known.role() == Role.NORMAL || !defect.isEmpty())) {
                tiles.put(
                        i,
                        new Reference(known.name() + ", tile " + (i + 1), known.role(), cut.tile(i), defect, ignored));
            }
        }
        return tiles;
    }

    /**
     * Makes a scorer for each place from the references' tiles around the place.
     *
     * @param restored the weights that a scorer of all tiles had learnt, or null
     */
    private TileScorers aligned(References references, Weights restored, TrainingListener listener) {
        List<Reference> learnt = learnt(references);
        AlignedScorers.check(learnt);
        List<Map<Integer, Reference>> tiles = learnt.stream().map(this::tiles).toList();
        RgbImage first = learnt.get(0).image();
        TileCut cut = new TileCut(tiling, first.width(), first.height());
        List<References> places = new ArrayList<>();
        for (int i = 0; i < cut.count(); i++) {
            int place = i;
            places.add(chosen(tiles, (at, tile) -> tile.role() == Role.ABNORMAL || cut.touch(place, at)));
        }
        return new AlignedScorers(
                detector, places, chosen(tiles, (at, tile) -> true), first, restored, mostKept, listener);
    }

    /** The tiles that are wanted; null if none of them is normal although the references have normal tiles. */
    private static References chosen(List<Map<Integer, Reference>> tiles, BiPredicate<Integer, Reference> wanted) {
        References.Builder chosen = References.builder();
        boolean normal = false;
        boolean anyNormal = false;
        for (Map<Integer, Reference> image : tiles) {
            for (Map.Entry<Integer, Reference> tile : image.entrySet()) {
                boolean good = tile.getValue().role() == Role.NORMAL;
                anyNormal |= good;
                if (wanted.test(tile.getKey(), tile.getValue())) {
                    add(tile.getValue(), chosen);
                    normal |= good;
                }
            }
        }
        return anyNormal && !normal ? null : chosen.build();
    }

    @Override
    public LeaveOneOut leaveOneOut() {
        return detector.leaveOneOut();
    }

    @Override
    public FeatureExtractor extractor() {
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

    private final class TiledScorer implements Scorer {
        private final Lifetime lifetime = new Lifetime("the fitted detector (" + name() + ", tiled)");
        private final TileScorers scorers;

        TiledScorer(TileScorers scorers) {
            this.scorers = scorers;
        }

        @Override
        public Map<String, Object> config() {
            return with(scorers.config());
        }

        @Override
        public Weights learnt() {
            return scorers.learnt();
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images) {
            return score(images, Collections.nCopies(images.size(), null));
        }

        @Override
        public List<Anomaly> score(List<RgbImage> images, List<Mask> ignored) {
            List<Anomaly> anomalies = new ArrayList<>();
            for (int i = 0; i < images.size(); i++) {
                anomalies.add(score(images.get(i).rows(), ignored.get(i), Parts.UNHEARD));
            }
            return anomalies;
        }

        @Override
        public boolean readsRows() {
            return true;
        }

        @Override
        public Anomaly score(RgbImage.Rows image, Mask ignored, Parts heard) {
            Lifetime.Call call = lifetime.call();
            try {
                scorers.check(image.width(), image.height());
                return whole(new TileCut(tiling, image), ignored, heard);
            } finally {
                call.close();
            }
        }

        /** Scores two batches at a time: while one runs single-threaded code, the other uses the remaining CPU threads. */
        private Anomaly whole(TileCut cut, Mask ignored, Parts heard) {
            Mask out = cut.scaled(ignored);
            Blended blended = new Blended(cut);
            int next = 0;
            while (next < cut.count()) {
                List<Batch> batches = new ArrayList<>();
                for (; batches.size() < 2 && next < cut.count(); next += scorers.batch()) {
                    batches.add(batch(cut, out, next));
                }
                List<List<Anomaly>> found =
                        batches.parallelStream().map(this::scored).toList();
                for (int i = 0; i < batches.size(); i++) {
                    blended.add(batches.get(i).places, found.get(i));
                }
                heard.scored(Math.min(cut.count(), next), cut.count());
            }
            return blended.done();
        }

        private Batch batch(TileCut cut, Mask out, int first) {
            Batch batch = new Batch(first, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
            for (int i = first; i < Math.min(cut.count(), first + scorers.batch()); i++) {
                Mask mask = cut.ignored(out, i);
                if (mask == null || mask.share() < 1) {
                    batch.places.add(i);
                    batch.tiles.add(cut.tile(i));
                    batch.masks.add(mask == null || mask.isEmpty() ? null : mask);
                }
            }
            return batch;
        }

        private List<Anomaly> scored(Batch batch) {
            return batch.tiles.isEmpty()
                    ? List.of()
                    : scorers.at(batch.first, scorer -> scorer.score(batch.tiles, batch.masks));
        }

        @Override
        public void close() {
            lifetime.close(scorers::close);
        }
    }

    /**
     * Tiles that are scored at once.
     *
     * @param first number of the first tile of the batch, even if this tile is left out
     * @param places numbers of the tiles that have pixels that count
     * @param tiles images of these tiles
     * @param masks for each tile the pixels that do not count, or null
     */
    private record Batch(int first, List<Integer> places, List<RgbImage> tiles, List<Mask> masks) {}

    /** Blends the results of the tiles into the result of the image. */
    private static final class Blended {
        private final TileCut cut;
        private float score = Float.NEGATIVE_INFINITY;
        private TileBlend map;
        private TileBlend heat;
        private TileBlend patches;

        Blended(TileCut cut) {
            this.cut = cut;
        }

        void add(List<Integer> places, List<Anomaly> found) {
            for (int i = 0; i < found.size(); i++) {
                Anomaly tile = found.get(i);
                if (map == null) {
                    map = new TileBlend(cut, tile.map());
                    patches = new TileBlend(cut, tile.patches());
                    heat = tile.heat() == tile.map() ? map : new TileBlend(cut, tile.heat());
                }
                score = Math.max(score, tile.score());
                map.add(places.get(i), tile.map());
                patches.add(places.get(i), tile.patches());
                if (heat != map) {
                    heat.add(places.get(i), tile.heat());
                }
            }
        }

        Anomaly done() {
            if (map == null) {
                throw new InvalidInputException("pixels that do not count", "all tiles", "a tile that counts");
            }
            ScoreMap blended = map.done();
            return new Anomaly(score, blended, patches.done(), heat == map ? blended : heat.done(), null);
        }
    }
}
