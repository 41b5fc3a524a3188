package dev.ideal4j.detectors;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.StoredFeatures;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One scorer for each place, fitted to the references' tiles at the place and at the places around it. Known defects count at
 * every place, because a defect may be anywhere. Scorers are kept up to a limit of memory. The other scorers are made again
 * for each query, from features that are already known.
 */
final class AlignedScorers implements TileScorers {
    private final List<References> places;
    private final Scorer[] kept;
    private final RgbImage like;
    private final @Nullable Weights learnt;
    private final FewShotDetector detector;
    private Map<String, Object> config = Map.of();

    /**
     * Makes the scorer of each place once, so that the features of all references are known afterwards.
     *
     * @param given scores the tiles; the scorers stay usable after it is closed
     * @param tiles the references' tiles; all references and queries must have one size
     * @param restored weights that a scorer of all tiles had learnt, from a file; null without a file or weights
     * @param mostKept largest memory of the kept scorers, including the weights that they learnt, in bytes
     */
    AlignedScorers(
            FewShotDetector given,
            ReferenceTiles tiles,
            @Nullable Weights restored,
            long mostKept,
            TrainingListener listener) {
        check(tiles.learnt());
        this.like = tiles.learnt().get(0).image();
        this.places = tiles.around();
        this.kept = new Scorer[places.size()];
        References all = tiles.all();
        FeatureMemory memory = new FeatureMemory(Map.of(), listener);
        // A method may store more than features. If the given detector stores features already, it makes the scorers
        // itself.
        FewShotDetector remembering =
                remembers(given.extractor()) ? given : given.over(extractor -> StoredFeatures.of(extractor, memory));
        try {
            if (restored != null) {
                remembering.restored(all, restored).close();
            }
            long bytes = 0;
            boolean learns = false;
            for (int place = 0; place < kept.length; place++) {
                if (places.get(place) == null) {
                    continue;
                }
                long before = live(remembering);
                Scorer scorer = remembering.scorer(places.get(place), listener);
                learns |= scorer.learnt() != null;
                config = config.isEmpty() || place == kept.length / 2 ? scorer.config() : config;
                bytes += Math.max(0, live(remembering) - before) + bytes(scorer.learnt());
                if (bytes <= mostKept) {
                    kept[place] = scorer;
                } else {
                    scorer.close();
                }
            }
            learnt = learns ? learntFrom(all, remembering) : null;
            detector = remembering.over(extractor -> extractor);
        } catch (RuntimeException | Error e) {
            closeKept();
            throw e;
        } finally {
            memory.end();
            if (remembering != given) {
                remembering.close();
            }
        }
    }

    private static @Nullable Weights learntFrom(References all, FewShotDetector detector) {
        try (Scorer scorer = detector.scorer(all)) {
            return scorer.learnt();
        }
    }

    private static long bytes(@Nullable Weights weights) {
        return weights == null
                ? 0
                : weights.names().stream()
                        .mapToLong(name -> weights.shape(name).size() * Float.BYTES)
                        .sum();
    }

    private static boolean remembers(@Nullable FeatureExtractor extractor) {
        return extractor == null || StoredFeatures.inUse(extractor);
    }

    private static long live(FewShotDetector detector) {
        FeatureExtractor extractor = detector.extractor();
        return extractor == null ? 0 : extractor.backend().liveBytes();
    }

    /** Refuses references of different sizes, because their places cannot be compared. */
    static void check(List<Reference> references) {
        RgbImage first = references.get(0).image();
        for (Reference other : references) {
            check(other.name(), other.image().width(), other.image().height(), first);
        }
    }

    private static void check(String name, int width, int height, RgbImage like) {
        if (width != like.width() || height != like.height()) {
            throw new InvalidInputException(
                    name,
                    width + "×" + height + " pixels",
                    like.width() + "×" + like.height() + ", the size of the first reference: aligned tiles are compared"
                            + " place by place");
        }
    }

    @Override
    public void check(int width, int height) {
        check("image", width, height, like);
    }

    /** The settings of the scorer of the middle place, or of the first place if the middle one has no scorer. */
    @Override
    public Map<String, Object> config() {
        return config;
    }

    @Override
    public @Nullable Weights learnt() {
        return learnt;
    }

    @Override
    public int batch() {
        return 1;
    }

    @Override
    public <T> T at(int place, Function<Scorer, T> work) {
        if (kept[place] != null) {
            return work.apply(kept[place]);
        }
        if (places.get(place) == null) {
            throw new InvalidInputException(
                    "tile " + (place + 1),
                    "no normal reference with pixels that count there or around it",
                    "one or more");
        }
        try (Scorer scorer = StoredFeatures.recalling(detector.extractor(), () -> detector.scorer(places.get(place)))) {
            return work.apply(scorer);
        }
    }

    @Override
    public void close() {
        closeKept();
        detector.close();
    }

    private void closeKept() {
        for (Scorer scorer : kept) {
            if (scorer != null) {
                scorer.close();
            }
        }
    }
}
