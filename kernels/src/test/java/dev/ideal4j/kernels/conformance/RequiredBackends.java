package dev.ideal4j.kernels.conformance;

import dev.ideal4j.core.BackendProvider.Availability;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Kinds of backends whose absence is a failure: those that {@value #ENVIRONMENT} names, separated by commas. */
final class RequiredBackends {
    static final String ENVIRONMENT = "IDEAL4J_REQUIRE";

    /** What may be required beside backends; other tests see to these. */
    private static final Set<String> OTHER_REQUIREMENTS = Set.of("emulation", "ptx");

    private RequiredBackends() {}

    /** One line for each required kind of which no device is available, with the reason. */
    static List<String> missing(String required, List<Availability> found) {
        return Arrays.stream(required.split(","))
                .map(String::trim)
                .filter(kind -> !kind.isEmpty() && !OTHER_REQUIREMENTS.contains(kind))
                .filter(kind -> found.stream().noneMatch(device -> device.available() && isOf(kind, device)))
                .map(kind -> kind + ": " + reason(kind, found))
                .toList();
    }

    private static String reason(String kind, List<Availability> found) {
        return found.stream()
                .filter(device -> isOf(kind, device))
                .map(Availability::detail)
                .findFirst()
                .orElse("no provider of this kind");
    }

    private static boolean isOf(String kind, Availability device) {
        return device.name().equals(kind) || device.name().startsWith(kind + ":");
    }
}
