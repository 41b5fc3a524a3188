package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.random.NumpyRandom;
import dev.ideal4j.eval.random.PythonRandom;
import java.util.ArrayList;
import java.util.List;

/**
 * The two generators of the published code, with the same seed. NumPy's generator draws types, Python's generator draws
 * images. Not thread-safe.
 */
public final class Draws {
    private final PythonRandom python;
    private final NumpyRandom numpy;

    /** Makes both generators with a seed of 0 to 2³² − 1. */
    public Draws(long seed) {
        numpy = new NumpyRandom(seed);
        python = new PythonRandom(seed);
    }

    /** Draws an element of a list. */
    <T> T one(List<T> list) {
        return list.get(numpy.choice(list.size()));
    }

    /** Draws elements of a list without replacement. */
    <T> List<T> some(List<T> list, int count) {
        List<T> drawn = new ArrayList<>();
        for (int position : numpy.choice(list.size(), count)) {
            drawn.add(list.get(position));
        }
        return drawn;
    }

    /** Draws images of a list: without replacement if there are enough, otherwise with replacement. */
    <T> List<T> images(List<T> list, int count) {
        if (list.isEmpty()) {
            throw new InvalidInputException("references", "a type without images", "at least one");
        }
        int[] positions = count <= list.size() ? python.sample(list.size(), count) : python.choices(list.size(), count);
        List<T> drawn = new ArrayList<>();
        for (int position : positions) {
            drawn.add(list.get(position));
        }
        return drawn;
    }

    /** Python's generator, for draws after those of the episodes. */
    PythonRandom python() {
        return python;
    }

    /** NumPy's generator. */
    NumpyRandom numpy() {
        return numpy;
    }
}
