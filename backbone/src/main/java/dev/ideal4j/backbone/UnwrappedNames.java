package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Weights without the parts of names that PyTorch's wrappers for compiled and parallel training add. */
final class UnwrappedNames implements Weights {
    private static final Pattern WRAPPER =
            Pattern.compile("(?<![^.])(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|module)\\.");

    private final Weights source;
    private final Map<String, String> originals = new LinkedHashMap<>();

    private UnwrappedNames(Weights source) {
        this.source = source;
        for (String name : source.names()) {
            String clean = WRAPPER.matcher(name).replaceAll("");
            String other = originals.put(clean, name);
            if (other != null) {
                throw new InvalidInputException(source.origin(), other + " and " + name, "one tensor named " + clean);
            }
        }
    }

    /** Removes the wrappers from names. Returns the weights themselves if no name contains a wrapper. */
    static Weights of(Weights source) {
        return source.names().stream().anyMatch(name -> WRAPPER.matcher(name).find())
                ? new UnwrappedNames(source)
                : source;
    }

    private String original(String name) {
        String original = originals.get(name);
        if (original == null) {
            throw new InvalidInputException(source.origin(), "no tensor " + name, "one of " + originals.size());
        }
        return original;
    }

    @Override
    public Set<String> names() {
        return Collections.unmodifiableSet(originals.keySet());
    }

    @Override
    public Shape shape(String name) {
        return source.shape(original(name));
    }

    @Override
    public float[] read(String name) {
        return source.read(original(name));
    }

    @Override
    public String origin() {
        return source.origin();
    }
}
