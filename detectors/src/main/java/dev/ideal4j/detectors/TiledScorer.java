package dev.ideal4j.detectors;

import dev.ideal4j.core.Lifetime;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ForkJoinTask;
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
        Lifetime.Call call = lifetime.call();
        try {
            scorers.check(image.width(), image.height());
            return whole(new TileCut(tiling, image), ignored, heard);
        } finally {
            call.close();
        }
    }

    /**
     * Scores batches on this and another thread: while one runs single-threaded code, the other uses the remaining CPU threads.
     * This thread also blends the results.
     */
    private Anomaly whole(TileCut cut, @Nullable Mask ignored, Parts heard) {
        TileBatches batches = new TileBatches(cut, cut.scaled(ignored), scorers.batch());
        TiledAnomaly blended = new TiledAnomaly(cut);
        ForkJoinTask<@Nullable Throwable> other =
                ForkJoinTask.adapt(() -> scoredAll(batches)).fork();
        try {
            while (scoredNext(batches)) {
                blend(batches, blended, cut.count(), heard);
            }
        } finally {
            batches.stop();
            other.quietlyJoin();
        }
        rethrow(other.join());
        blend(batches, blended, cut.count(), heard);
        return blended.done();
    }

    /** Scores batches until there are none; returns the failure that ended it, or null. */
    private @Nullable Throwable scoredAll(TileBatches batches) {
        try {
            while (scoredNext(batches)) {
                // the next one
            }
            return null;
        } catch (RuntimeException | Error e) {
            batches.stop();
            return e;
        }
    }

    private static void rethrow(@Nullable Throwable failure) {
        if (failure instanceof RuntimeException e) {
            throw e;
        }
        if (failure instanceof Error e) {
            throw e;
        }
    }

    private boolean scoredNext(TileBatches batches) {
        TileBatches.Batch batch = batches.take();
        if (batch == null) {
            return false;
        }
        batches.add(
                batch,
                batch.tiles().isEmpty()
                        ? List.of()
                        : scorers.at(batch.first(), scorer -> scorer.score(batch.tiles(), batch.masks())));
        return true;
    }

    private static void blend(TileBatches batches, TiledAnomaly blended, int all, Parts heard) {
        for (TileBatches.Scored some = batches.inOrder(); some != null; some = batches.inOrder()) {
            blended.add(some.places(), some.found());
            heard.scored(some.done(), all);
        }
    }

    @Override
    public void close() {
        lifetime.close(scorers::close);
    }
}
