package dev.ideal4j.kernels.conformance;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.testing.Required;
import java.util.List;
import java.util.Set;

/** Kinds of backends whose absence is a failure: those that {@link Required} names. */
final class RequiredBackends {
    /** What may be required beside backends; other tests see to these. */
    private static final Set<String> OTHER_REQUIREMENTS = Set.of("emulation", "ptx");

    private RequiredBackends() {}

    /** One line for each required kind that has no available device, with the reason. */
    static List<String> missing(List<String> required, List<Availability> found) {
        return required.stream()
                .filter(kind -> !OTHER_REQUIREMENTS.contains(kind))
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
