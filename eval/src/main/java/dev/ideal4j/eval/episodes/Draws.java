package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.eval.random.NumpyRandom;
import dev.ideal4j.eval.random.PythonRandom;
import java.util.ArrayList;
import java.util.List;

/** The two generators of the published code, seeded alike: NumPy's draws types, Python's draws pictures. Not thread-safe. */
public final class Draws {
    private final PythonRandom python;
    private final NumpyRandom numpy;

    /** Both seeded with {@code seed}, 0 to 2³² − 1. */
    public Draws(long seed) {
        numpy = new NumpyRandom(seed);
        python = new PythonRandom(seed);
    }

    /** One of a list. */
    <T> T one(List<T> list) {
        return list.get(numpy.choice(list.size()));
    }

    /** Some of a list, without replacement. */
    <T> List<T> some(List<T> list, int count) {
        List<T> drawn = new ArrayList<>();
        for (int position : numpy.choice(list.size(), count)) {
            drawn.add(list.get(position));
        }
        return drawn;
    }

    /** Pictures of a list: without replacement if there are enough, else with. */
    <T> List<T> pictures(List<T> list, int count) {
        if (list.isEmpty()) {
            throw new InvalidInputException("references", "a type without pictures", "at least one");
        }
        int[] positions = count <= list.size() ? python.sample(list.size(), count) : python.choices(list.size(), count);
        List<T> drawn = new ArrayList<>();
        for (int position : positions) {
            drawn.add(list.get(position));
        }
        return drawn;
    }

    /** Python's generator, for what draws on after the episodes. */
    PythonRandom python() {
        return python;
    }

    /** NumPy's generator. */
    NumpyRandom numpy() {
        return numpy;
    }
}
