package dev.ideal4j.cli;

import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.training.TrainableMethod;
import java.util.Iterator;

/** The names of the methods that can be trained, for the help text. */
final class TrainedNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return DetectorMethods.all().stream()
                .filter(TrainableMethod.class::isInstance)
                .map(DetectorMethod::name)
                .iterator();
    }
}
