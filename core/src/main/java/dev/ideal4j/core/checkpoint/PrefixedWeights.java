package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.Shape;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Weights under names that are longer, or shorter, by a beginning. */
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

    /** The tensors whose names begin with {@code prefix}, without it. */
    public static Weights below(Weights source, String prefix) {
        return prefix.isEmpty() ? source : below(source, prefix, source.origin());
    }

    /** As {@link #below(Weights, String)}, from another origin. */
    public static Weights below(Weights source, String prefix, String origin) {
        return new PrefixedWeights(source, prefix, "", origin);
    }

    /** All tensors, with {@code prefix} before their names. */
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

    /** The source's name; one that the source lacks too if the beginning is not ours. */
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
