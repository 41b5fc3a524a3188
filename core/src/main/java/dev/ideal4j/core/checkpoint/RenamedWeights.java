package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A selection of a source's tensors under other names, for instance without the prefixes of outer modules. */
public final class RenamedWeights implements Weights {
    private final Weights source;
    private final Map<String, String> names;
    private final String origin;

    /**
     * @param source the source of the tensors
     * @param names maps each name to the name in the source, in order
     */
    public RenamedWeights(Weights source, Map<String, String> names) {
        this(source, names, source.origin());
    }

    private RenamedWeights(Weights source, Map<String, String> names, String origin) {
        this.source = source;
        this.origin = origin;
        this.names = Collections.unmodifiableMap(new LinkedHashMap<>(names));
    }

    /** Selects the tensors whose names begin with {@code prefix}. The prefix is removed from their names. */
    public static Weights below(Weights source, String prefix) {
        return prefix.isEmpty() ? source : below(source, prefix, source.origin());
    }

    /** Like {@link #below(Weights, String)}, with another {@link Weights#origin()}. */
    public static Weights below(Weights source, String prefix, String origin) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String name : source.names()) {
            if (name.startsWith(prefix)) {
                names.put(name.substring(prefix.length()), name);
            }
        }
        return new RenamedWeights(source, names, origin);
    }

    /** Adds {@code prefix} to the names of all tensors. */
    public static Weights under(String prefix, Weights source) {
        Map<String, String> names = new LinkedHashMap<>();
        source.names().forEach(name -> names.put(prefix + name, name));
        return new RenamedWeights(source, names);
    }

    /**
     * Selects the tensors of a part of a model. The name of a tensor in the source must equal the given name or end
     * with a dot and the given name.
     *
     * @param what name of the part in messages
     * @param shapes the names and the expected shapes, in order
     * @throws InvalidInputException if a tensor is missing, is found twice, or has another shape; the message names the
     *     source
     */
    public static RenamedWeights byEnding(Weights source, String what, Map<String, Shape> shapes) {
        Map<String, String> names = new LinkedHashMap<>();
        shapes.forEach((name, expected) -> {
            String found = find(source, what, name);
            if (!source.shape(found).equals(expected)) {
                throw new InvalidInputException(
                        source.origin() + ": " + found, "shape " + source.shape(found), expected.toString());
            }
            names.put(name, found);
        });
        return new RenamedWeights(source, names);
    }

    /**
     * Returns the name of the only tensor whose name equals one of the endings or ends with a dot and one of the
     * endings.
     *
     * @param what name of the part of the model in messages
     * @throws InvalidInputException if there is no such tensor or more than one
     */
    public static String find(Weights source, String what, String... endings) {
        List<String> found = source.names().stream()
                .filter(name -> List.of(endings).stream().anyMatch(end -> name.equals(end) || name.endsWith("." + end)))
                .toList();
        if (found.size() != 1) {
            throw new InvalidInputException(
                    source.origin(),
                    found.isEmpty() ? "no tensor " + endings[0] : String.join(" and ", found),
                    "the weights of one " + what);
        }
        return found.get(0);
    }

    @Override
    public Set<String> names() {
        return names.keySet();
    }

    @Override
    public Shape shape(String name) {
        return source.shape(inSource(name));
    }

    @Override
    public float[] read(String name) {
        return source.read(inSource(name));
    }

    private String inSource(String name) {
        String found = names.get(name);
        if (found == null) {
            throw new InvalidInputException(origin(), "no tensor " + name, "one of " + names.keySet());
        }
        return found;
    }

    @Override
    public String origin() {
        return origin;
    }
}
