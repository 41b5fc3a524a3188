package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.List;

/**
 * The anomaly maps of a product with their masks. Pixel metrics read them one by one and several times, so the maps may lie
 * on disk. Several threads read them at the same time.
 */
public interface ScoredMaps {
    /** Number of maps. */
    int size();

    /** The map with an index from 0. Its values are finite. */
    ScoreMap map(int index);

    /** The mask of a map, of the same size as the map. */
    Mask truth(int index);

    /** Makes an instance of maps in memory. */
    static ScoredMaps of(List<ScoreMap> maps, List<Mask> truths) {
        if (maps.size() != truths.size()) {
            throw new InvalidInputException("masks", Integer.toString(truths.size()), maps.size() + ", one a map");
        }
        List<ScoreMap> keptMaps = List.copyOf(maps);
        List<Mask> keptTruths = List.copyOf(truths);
        return new ScoredMaps() {
            @Override
            public int size() {
                return keptMaps.size();
            }

            @Override
            public ScoreMap map(int index) {
                return keptMaps.get(index);
            }

            @Override
            public Mask truth(int index) {
                return keptTruths.get(index);
            }
        };
    }

    /** Checks the sizes of all maps and masks, and passes them to a visitor in order. */
    default void forEach(Visitor visitor) {
        for (int i = 0; i < size(); i++) {
            ScoreMap map = map(i);
            Mask truth = truth(i);
            if (map.width() != truth.width() || map.height() != truth.height()) {
                throw new InvalidInputException(
                        "mask " + i,
                        truth.width() + "×" + truth.height(),
                        "its map's size, " + map.width() + "×" + map.height());
            }
            visitor.visit(map, truth);
        }
    }

    /** Receives maps. */
    @FunctionalInterface
    interface Visitor {
        /** Receives a map and its mask, which have the same size. */
        void visit(ScoreMap map, Mask truth);
    }
}
