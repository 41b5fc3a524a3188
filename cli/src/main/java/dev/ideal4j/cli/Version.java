package dev.ideal4j.cli;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.BackendUnavailableException;
import dev.ideal4j.core.Backends;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, the JVM, and the backend that is used unless another is asked for. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"ideal4j " + text(), "java    " + java(), "backend " + backend()};
    }

    private static String backend() {
        try (Backend backend = Backends.best()) {
            return backend.name() + ": " + backend.description();
        } catch (BackendUnavailableException e) {
            return "none: " + e.getMessage();
        }
    }

    /** The version in the jar; "development" if the classes are not in a jar. */
    static String text() {
        return dev.ideal4j.core.support.Version.of(Version.class);
    }

    /** Name and version of the JVM. */
    static String java() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.version");
    }
}
