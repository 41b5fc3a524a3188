package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Hands out the tiles of an image in batches, and their results in the order of the tiles. Thread-safe. */
final class TileBatches {
    private final TileCut cut;
    private final @Nullable Mask ignored;
    private final int size;
    private final Map<Integer, Scored> scored = new HashMap<>();
    private int next;
    private int nextScored;

    /**
     * @param ignored the pixels of the scaled image that do not count, or null
     * @param size largest number of tiles of a batch
     */
    TileBatches(TileCut cut, @Nullable Mask ignored, int size) {
        this.cut = cut;
        this.ignored = ignored;
        this.size = size;
    }

    /**
     * Tiles that are scored at once.
     *
     * @param first number of the first tile of the batch, even if this tile is left out
     * @param places numbers of the tiles that have pixels that count
     * @param tiles images of these tiles
     * @param masks for each tile the pixels that do not count, or null
     */
    record Batch(int first, List<Integer> places, List<RgbImage> tiles, List<@Nullable Mask> masks) {}

    /**
     * The results of a batch.
     *
     * @param done number of tiles of the image that have been scored with this batch
     */
    record Scored(List<Integer> places, List<Anomaly> found, int done) {}

    /** Cuts the next batch; null if there is none. */
    synchronized @Nullable Batch take() {
        if (next >= cut.count()) {
            return null;
        }
        Batch batch = new Batch(next, new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (int end = Math.min(cut.count(), next + size); next < end; next++) {
            Mask mask = cut.ignored(ignored, next);
            if (mask == null || mask.share() < 1) {
                batch.places.add(next);
                batch.tiles.add(cut.tile(next));
                batch.masks.add(mask == null || mask.isEmpty() ? null : mask);
            }
        }
        return batch;
    }

    /** No batch is handed out any more. */
    synchronized void stop() {
        next = cut.count();
    }

    /** Takes the results of a batch. */
    synchronized void add(Batch batch, List<Anomaly> found) {
        scored.put(batch.first, new Scored(batch.places, found, Math.min(cut.count(), batch.first + size)));
    }

    /** The results of the next batch in order; null if they are not there. */
    synchronized @Nullable Scored inOrder() {
        Scored results = scored.remove(nextScored);
        nextScored = results == null ? nextScored : results.done;
        return results;
    }
}
