package dev.ideal4j.core.support;

import java.lang.module.ModuleDescriptor;
import java.util.Optional;

/** The version of this library. */
public final class Version {
    private Version() {}

    /**
     * Returns the version of the jar that contains a class: the version of its module, otherwise the version in the
     * manifest.
     *
     * @return the version; "development" if the class is not in a jar
     */
    public static String of(Class<?> type) {
        Optional<String> module =
                Optional.ofNullable(type.getModule().getDescriptor()).flatMap(ModuleDescriptor::rawVersion);
        String manifest = type.getPackage().getImplementationVersion();
        return module.orElse(manifest == null ? "development" : manifest);
    }
}
