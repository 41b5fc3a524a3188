package dev.ideal4j.core.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;

/** Adds a prefix to the names of weights or removes it. */
public final class PrefixedWeights {
    private PrefixedWeights() {}

    /** Returns the tensors whose names begin with {@code prefix}. The prefix is removed from their names. */
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

    /** Returns all tensors with {@code prefix} added to their names. */
    public static Weights under(String prefix, Weights source) {
        Map<String, String> names = new LinkedHashMap<>();
        source.names().forEach(name -> names.put(prefix + name, name));
        return new RenamedWeights(source, names);
    }
}
