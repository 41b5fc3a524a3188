package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.List;

/**
 * The anomaly maps of a product with their truth. Pixel metrics read them one by one, several times over, so that they
 * may lie on disk.
 */
public interface ScoredMaps {
    /** How many. */
    int size();

    /** Map {@code index}: finite values. */
    ScoreMap map(int index);

    /** Truth of map {@code index}, of its size. */
    Mask truth(int index);

    /** Maps held in memory. */
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

    /** Shows every map with its truth, in order, after checking sizes. */
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

    /** Sees map after map. */
    @FunctionalInterface
    interface Visitor {
        /** A map and its truth, of one size. */
        void visit(ScoreMap map, Mask truth);
    }
}
