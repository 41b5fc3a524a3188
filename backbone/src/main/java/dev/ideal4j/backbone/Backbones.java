package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Opens backbones by name, of all kinds on the class path. */
public final class Backbones {
    private Backbones() {}

    /** The kinds: those from outside first, so that they may take files and names before those of this library. */
    public static List<BackboneKind> kinds() {
        String own = Backbones.class.getPackageName() + ".";
        return ServiceLoader.load(BackboneKind.class, Backbones.class.getClassLoader()).stream()
                .sorted(Comparator.comparing(found -> found.type().getName().startsWith(own)))
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** The kind of a name, if there is one. */
    public static Optional<BackboneKind> find(String name) {
        return kinds().stream().filter(kind -> kind.matches(name)).findFirst();
    }

    /**
     * Opens a backbone.
     *
     * @param name {@code builtin}, {@code random:NAME}, a file of weights, or a name of another {@link BackboneKind}
     * @param use how the method uses it
     * @throws InvalidInputException if there is no such backbone, or it is not what the method needs, or the input does not
     *     fit it
     * @throws dev.ideal4j.core.FileAccessException if its file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if its file is damaged or no file of weights
     */
    public static FeatureExtractor open(String name, BackboneLoader use, BackboneLoader.Input input, Backend backend) {
        FeatureExtractor opened = find(name)
                .orElseThrow(() -> new InvalidInputException("backbone", name, String.join(", ", labels())))
                .open(name, use, input, backend);
        try {
            return use.need().of(opened);
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    /** The names that the kinds take, for help. */
    public static List<String> labels() {
        return kinds().stream().flatMap(kind -> kind.labels().stream()).toList();
    }
}
