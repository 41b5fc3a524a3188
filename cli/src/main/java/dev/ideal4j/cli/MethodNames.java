package dev.ideal4j.cli;

import dev.ideal4j.detectors.DetectorMethods;
import java.util.Iterator;

/** The names of the methods, for the help text. */
final class MethodNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return DetectorMethods.names().iterator();
    }
}
