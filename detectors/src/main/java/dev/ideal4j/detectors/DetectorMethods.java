package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** All available methods, by name. A {@link ServiceLoader} finds them at the first call. */
public final class DetectorMethods {
    private static @Nullable Map<String, DetectorMethod> found;

    private DetectorMethods() {}

    private static synchronized Map<String, DetectorMethod> byName() {
        if (found == null) {
            found = find();
        }
        return found;
    }

    private static Map<String, DetectorMethod> find() {
        String own = DetectorMethods.class.getPackageName() + ".";
        Map<String, DetectorMethod> byName = new LinkedHashMap<>();
        ServiceLoader.load(DetectorMethod.class, DetectorMethods.class.getClassLoader()).stream()
                .sorted(Comparator.comparing(found -> !found.type().getName().startsWith(own)))
                .map(ServiceLoader.Provider::get)
                .forEach(method -> byName.merge(method.name(), method, DetectorMethods::refuse));
        return byName;
    }

    private static DetectorMethod refuse(DetectorMethod one, DetectorMethod other) {
        throw new InvalidInputException(
                "detectors named " + one.name(),
                one.getClass().getName() + " and " + other.getClass().getName(),
                "one class per name");
    }

    /**
     * All methods: first those of this library, the default one first, then the others.
     *
     * @throws InvalidInputException if two methods have the same name
     */
    public static List<DetectorMethod> all() {
        return List.copyOf(byName().values());
    }

    /** The names of all methods, in the order of {@link #all()}. */
    public static List<String> names() {
        return List.copyOf(byName().keySet());
    }

    /**
     * The method with a given name.
     *
     * @throws InvalidInputException if there is no such method
     */
    public static DetectorMethod named(String name) {
        DetectorMethod method = byName().get(name);
        if (method == null) {
            throw new InvalidInputException("detector", name, String.join(", ", names()));
        }
        return method;
    }
}
