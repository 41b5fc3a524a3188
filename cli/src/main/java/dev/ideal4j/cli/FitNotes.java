package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FittedDetectors;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * The options that 'ideal fit' notes in its file, so that 'ideal detect --fitted' opens the same backbone and refuses options
 * that differ.
 *
 * @param file the fitted detector
 * @param notes by name; empty if a program saved the file without the command line
 */
record FitNotes(Path file, Map<String, String> notes) {
    private static final String OPTION = "option.";

    static FitNotes of(Path file, FittedDetectors.Saved saved) {
        return new FitNotes(file, saved.notes());
    }

    /** The notes of a fit. */
    static Map<String, String> of(BackboneOptions backbone, ReferenceOptions references, Map<String, String> options) {
        Map<String, String> notes = new TreeMap<>(backbone.notes());
        notes.putAll(references.notes());
        options.forEach((name, value) -> notes.put(OPTION + name, value));
        return notes;
    }

    /** The noted value, or null. */
    String value(String name) {
        return notes.get(name);
    }

    /** The noted value of a method's option, or null. */
    String option(String name) {
        return notes.get(OPTION + name);
    }

    /** The noted values of the method's options, by name. */
    Map<String, String> options() {
        Map<String, String> options = new TreeMap<>();
        notes.forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.put(name.substring(OPTION.length()), value);
            }
        });
        return options;
    }

    /**
     * Refuses an option whose value differs from that of the fit.
     *
     * @param given the given value, or null
     * @param noted the noted value, or null
     * @param equal tells whether the noted value equals the given value
     */
    void require(CommandSpec spec, String option, Object given, String noted, Predicate<String> equal) {
        if (given != null && (noted == null || !equal.test(noted))) {
            String expected = noted == null ? "no such option: it was set by the fit" : noted;
            throw new ParameterException(
                    spec.commandLine(),
                    new InvalidInputException(option, given.toString(), expected + ", as in the fit of " + file)
                            .getMessage());
        }
    }
}
