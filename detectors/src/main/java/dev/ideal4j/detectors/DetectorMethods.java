package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** The methods on the class path, by name. A {@link ServiceLoader} finds them once, when they are first asked for. */
public final class DetectorMethods {
    private static Map<String, DetectorMethod> found;

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
     * All: those of this library, the usual one first, then the others.
     *
     * @throws InvalidInputException if two have one name
     */
    public static List<DetectorMethod> all() {
        return List.copyOf(byName().values());
    }

    /** Their names. */
    public static List<String> names() {
        return List.copyOf(byName().keySet());
    }

    /**
     * The method of a name.
     *
     * @throws InvalidInputException if there is none
     */
    public static DetectorMethod named(String name) {
        DetectorMethod method = byName().get(name);
        if (method == null) {
            throw new InvalidInputException("detector", name, String.join(", ", names()));
        }
        return method;
    }
}
