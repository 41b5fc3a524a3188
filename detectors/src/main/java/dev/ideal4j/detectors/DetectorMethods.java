package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.devnet.DevNetMethod;
import dev.ideal4j.detectors.fdsl.FdslMethod;
import dev.ideal4j.detectors.ideal.IdealMethod;
import dev.ideal4j.detectors.nagl.NaglMethod;
import dev.ideal4j.detectors.visionad.VisionAdMethod;
import java.util.List;

/** The methods of this library, by name. */
public final class DetectorMethods {
    private static final List<DetectorMethod> ALL =
            List.of(new IdealMethod(), new VisionAdMethod(), new NaglMethod(), new FdslMethod(), new DevNetMethod());

    private DetectorMethods() {}

    /** All, the usual one first. */
    public static List<DetectorMethod> all() {
        return ALL;
    }

    /** Their names. */
    public static List<String> names() {
        return ALL.stream().map(DetectorMethod::name).toList();
    }

    /**
     * The method of a name.
     *
     * @throws InvalidInputException if there is none
     */
    public static DetectorMethod named(String name) {
        return ALL.stream()
                .filter(method -> method.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new InvalidInputException("detector", name, String.join(", ", names())));
    }
}
