package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.HeatScale;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/**
 * What 'ideal fit' notes in its file, so that 'ideal detect --fitted' opens the same backbone, and refuses options that
 * differ.
 *
 * @param file the fitted detector
 * @param notes by name; none for a file that a program saved by itself
 */
record FitNotes(Path file, Map<String, String> notes) {
    private static final String HEAT = "heatmapScale";
    private static final String OPTION = "option.";

    static FitNotes of(Path file, FittedDetectors.Saved saved) {
        return new FitNotes(file, saved.notes());
    }

    /** The notes of a fit. */
    static Map<String, String> of(BackboneOptions backbone, Map<String, String> options, HeatScale scale) {
        Map<String, String> notes = new TreeMap<>(backbone.notes());
        options.forEach((name, value) -> notes.put(OPTION + name, value));
        notes.put(HEAT, scale.low() + "," + scale.high());
        return notes;
    }

    /** The value that was noted, or null. */
    String value(String name) {
        return notes.get(name);
    }

    /** The value of a method's option that was noted, or null. */
    String option(String name) {
        return notes.get(OPTION + name);
    }

    /** The scale that was noted, or null. */
    HeatScale heatScale() {
        String noted = notes.get(HEAT);
        return noted == null ? null : HeatScaleConverter.parse(noted);
    }

    /**
     * Refuses an option whose value differs from the fit's.
     *
     * @param given null if it was not given
     * @param noted null if it is not known
     * @param equal whether the noted value is the given one
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
