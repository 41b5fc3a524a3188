package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ScoreMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Blends the results of the tiles into the result of the image. */
final class TiledAnomaly {
    private final TileCut cut;
    private float score = Float.NEGATIVE_INFINITY;
    private @Nullable Blends blends;

    /** The maps of the image; the heat is the map itself if it is so for each tile. */
    private record Blends(TileBlend map, TileBlend heat, TileBlend patches) {
        static Blends like(TileCut cut, Anomaly tile) {
            TileBlend map = new TileBlend(cut, tile.map());
            return new Blends(
                    map,
                    tile.heat() == tile.map() ? map : new TileBlend(cut, tile.heat()),
                    new TileBlend(cut, tile.patches()));
        }

        void add(int place, Anomaly tile) {
            map.add(place, tile.map());
            patches.add(place, tile.patches());
            if (heat != map) {
                heat.add(place, tile.heat());
            }
        }
    }

    TiledAnomaly(TileCut cut) {
        this.cut = cut;
    }

    void add(List<Integer> places, List<Anomaly> found) {
        for (int i = 0; i < found.size(); i++) {
            Anomaly tile = found.get(i);
            blends = blends == null ? Blends.like(cut, tile) : blends;
            score = Math.max(score, tile.score());
            blends.add(places.get(i), tile);
        }
    }

    Anomaly done() {
        if (blends == null) {
            throw new InvalidInputException("pixels that do not count", "all tiles", "a tile that counts");
        }
        ScoreMap map = blends.map.done();
        ScoreMap heat = blends.heat == blends.map ? map : blends.heat.done();
        return new Anomaly(score, map, blends.patches.done(), heat, null);
    }
}
