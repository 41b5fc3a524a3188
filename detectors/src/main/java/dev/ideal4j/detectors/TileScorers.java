package dev.ideal4j.detectors;

import dev.ideal4j.core.checkpoint.Weights;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The scorers of the tiles at each place. */
interface TileScorers extends AutoCloseable {
    /** The settings of the scorers, for records. */
    Map<String, Object> config();

    /** The weights that the scorers learnt; see {@link Scorer#learnt}. */
    @Nullable
    Weights learnt();

    /**
     * Checks the size of a query.
     *
     * @throws dev.ideal4j.core.InvalidInputException if the tiles of the query have other places than those of the references
     */
    void check(int width, int height);

    /** Number of tiles that may be scored together. */
    int batch();

    /**
     * Calls a function with the scorer of a place.
     *
     * @param place number of a tile, or of the first of {@link #batch()} tiles
     */
    <T> T at(int place, Function<Scorer, T> work);

    @Override
    void close();

    /**
     * One scorer for all places.
     *
     * @param scorer closed with this
     * @param images number of tiles that may be scored together
     */
    static TileScorers everywhere(Scorer scorer, int images) {
        return new TileScorers() {
            @Override
            public Map<String, Object> config() {
                return scorer.config();
            }

            @Override
            public @Nullable Weights learnt() {
                return scorer.learnt();
            }

            @Override
            public void check(int width, int height) {}

            @Override
            public int batch() {
                return images;
            }

            @Override
            public <T> T at(int place, Function<Scorer, T> work) {
                return work.apply(scorer);
            }

            @Override
            public void close() {
                scorer.close();
            }
        };
    }
}
