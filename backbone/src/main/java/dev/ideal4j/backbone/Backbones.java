package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Opens backbones of all kinds on the class path by name. */
public final class Backbones {
    private Backbones() {}

    /**
     * Returns all kinds. Kinds from outside of this library come first, so that they can accept files and names before
     * the kinds of this library.
     */
    public static List<BackboneKind> kinds() {
        String own = Backbones.class.getPackageName() + ".";
        return ServiceLoader.load(BackboneKind.class, Backbones.class.getClassLoader()).stream()
                .sorted(Comparator.comparing(found -> found.type().getName().startsWith(own)))
                .map(ServiceLoader.Provider::get)
                .toList();
    }

    /** Returns the kind of a name, if there is one. */
    public static Optional<BackboneKind> find(String name) {
        return kinds().stream().filter(kind -> kind.matches(name)).findFirst();
    }

    /**
     * Opens a backbone.
     *
     * @param name {@code builtin}, {@code random:NAME}, a weight file, or a name of another {@link BackboneKind}
     * @param use how the method uses the backbone
     * @throws InvalidInputException if there is no such backbone, the method needs another type, or the input does not
     *     fit the backbone
     * @throws dev.ideal4j.core.FileAccessException if the file cannot be read
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged or is not a weight file
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

    /** The names that the kinds accept, for help texts. */
    public static List<String> labels() {
        return kinds().stream().flatMap(kind -> kind.labels().stream()).toList();
    }
}
