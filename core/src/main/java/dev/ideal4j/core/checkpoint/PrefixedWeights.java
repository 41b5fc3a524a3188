package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.Shape;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Weights whose names have a prefix added or removed. */
public final class PrefixedWeights implements Weights {
    private final Weights source;
    private final String removed;
    private final String added;

    private final String origin;

    private PrefixedWeights(Weights source, String removed, String added, String origin) {
        this.origin = origin;
        this.source = source;
        this.removed = removed;
        this.added = added;
    }

    /** Returns the tensors whose names begin with {@code prefix}. The prefix is removed from their names. */
    public static Weights below(Weights source, String prefix) {
        return prefix.isEmpty() ? source : below(source, prefix, source.origin());
    }

    /** Like {@link #below(Weights, String)}, with another {@link #origin()}. */
    public static Weights below(Weights source, String prefix, String origin) {
        return new PrefixedWeights(source, prefix, "", origin);
    }

    /** Returns all tensors with {@code prefix} added to their names. */
    public static Weights under(String prefix, Weights source) {
        return new PrefixedWeights(source, "", prefix, source.origin());
    }

    @Override
    public Set<String> names() {
        return source.names().stream()
                .filter(name -> name.startsWith(removed))
                .map(name -> added + name.substring(removed.length()))
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** The name in the source. If {@code name} lacks the added prefix, the result is not valid in the source either. */
    private String inSource(String name) {
        return name.startsWith(added) ? removed + name.substring(added.length()) : removed + name;
    }

    @Override
    public Shape shape(String name) {
        return source.shape(inSource(name));
    }

    @Override
    public float[] read(String name) {
        return source.read(inSource(name));
    }

    @Override
    public String origin() {
        return origin;
    }
}
