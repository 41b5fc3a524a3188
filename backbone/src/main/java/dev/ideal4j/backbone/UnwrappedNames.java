package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Removes the parts of names that PyTorch's wrappers for compiled and parallel training add. */
final class UnwrappedNames {
    private static final Pattern WRAPPER =
            Pattern.compile("(?<![^.])(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|module)\\.");

    private UnwrappedNames() {}

    /** Removes the wrappers from names. Returns the weights themselves if no name contains a wrapper. */
    static Weights of(Weights source) {
        if (source.names().stream().noneMatch(name -> WRAPPER.matcher(name).find())) {
            return source;
        }
        Map<String, String> originals = new LinkedHashMap<>();
        for (String name : source.names()) {
            String clean = WRAPPER.matcher(name).replaceAll("");
            String other = originals.put(clean, name);
            if (other != null) {
                throw new InvalidInputException(source.origin(), other + " and " + name, "one tensor named " + clean);
            }
        }
        return new RenamedWeights(source, originals);
    }
}
