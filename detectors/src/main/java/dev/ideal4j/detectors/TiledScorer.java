package dev.ideal4j.detectors;

import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Scores an image tile by tile. It keeps only the rows of one row of tiles in memory, and the map. */
final class TiledScorer implements Scorer {
    private final Tiling tiling;
    private final TileScorers scorers;
    private final Lifetime lifetime;

    /**
     * @param method name of the method, for messages
     * @param scorers of the tiles; closed with this scorer
     */
    TiledScorer(String method, Tiling tiling, TileScorers scorers) {
        this.tiling = tiling;
        this.scorers = scorers;
        this.lifetime = new Lifetime("the fitted detector (" + method + ", tiled)");
    }

    @Override
    public Map<String, Object> config() {
        return TiledDetector.config(scorers.config(), tiling);
    }

    @Override
    public @Nullable Weights learnt() {
        return scorers.learnt();
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images) {
        return score(images, Collections.nCopies(images.size(), null));
    }

    @Override
    public List<Anomaly> score(List<RgbImage> images, List<@Nullable Mask> ignored) {
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
    public Anomaly score(RgbImage.Rows image, @Nullable Mask ignored, Parts heard) {
        return lifetime.call().compute(() -> {
            scorers.check(image.width(), image.height());
            return whole(new TileCut(tiling, image), ignored, heard);
        });
    }

    /** Scores two batches at a time: while one runs single-threaded code, the other uses the remaining CPU threads. */
    private Anomaly whole(TileCut cut, @Nullable Mask ignored, Parts heard) {
        Mask out = cut.scaled(ignored);
        TiledAnomaly blended = new TiledAnomaly(cut);
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

    private Batch batch(TileCut cut, @Nullable Mask out, int first) {
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

    /**
     * Tiles that are scored at once.
     *
     * @param first number of the first tile of the batch, even if this tile is left out
     * @param places numbers of the tiles that have pixels that count
     * @param tiles images of these tiles
     * @param masks for each tile the pixels that do not count, or null
     */
    private record Batch(int first, List<Integer> places, List<RgbImage> tiles, List<@Nullable Mask> masks) {}
}
