package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Several weights as one; their names must differ.
 *
 * @param parts read when asked for
 */
public record JoinedWeights(List<Weights> parts) implements Weights {
    @Override
    public Set<String> names() {
        Set<String> names = new LinkedHashSet<>();
        parts.forEach(part -> names.addAll(part.names()));
        return names;
    }

    @Override
    public Shape shape(String name) {
        return part(name).shape(name);
    }

    @Override
    public float[] read(String name) {
        return part(name).read(name);
    }

    private Weights part(String name) {
        return parts.stream()
                .filter(part -> part.names().contains(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException(origin(), "no tensor " + name, "one of " + names()));
    }

    @Override
    public String origin() {
        return "fitted detector";
    }
}
