package dev.ideal4j.cli;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Levels;
import dev.ideal4j.core.image.ReadOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that tell how images are read. */
final class ReadingOptions {
    private static final String LEVELS = "--levels";
    private static final String EXIF = "--exif";
    private static final String AUTO = "auto";
    private static final String FULL = "full";

    /** What becomes of the EXIF orientation. */
    enum Exif {
        UPRIGHT,
        IGNORE
    }

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = EXIF,
            paramLabel = "HOW",
            description =
                    "The EXIF orientation of images and masks: ${COMPLETION-CANDIDATES} (default: that of the fit, or "
                            + "upright).")
    private Exif exif;

    @Option(
            names = LEVELS,
            paramLabel = "LEVELS",
            description =
                    "The samples that become black and white in images of more than 8 bits: LOW..HIGH, as 0..4095; "
                            + "'auto', the range of the references; or 'full', the range of 16 bits (default: that of the fit, or full).")
    private String levels;

    private Levels range;

    /**
     * The options for reading.
     *
     * @param references the files that 'auto' takes the range from
     * @param err gets the range
     * @throws ParameterException if the levels are not as expected, or there are no references for 'auto'
     */
    ReadOptions options(Supplier<List<Path>> references, PrintWriter err) {
        range = levels == null || levels.equals(FULL)
                ? null
                : levels.equals(AUTO) ? auto(references.get(), err) : parsed();
        return ReadOptions.AS_STORED.withUpright(exif != Exif.IGNORE).withLevels(range);
    }

    private Levels parsed() {
        try {
            return Levels.parse(levels);
        } catch (InvalidInputException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--levels: found " + levels + ", expected auto, full or LOW..HIGH such as 0..4095");
        }
    }

    private Levels auto(List<Path> references, PrintWriter err) {
        if (references.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--levels auto needs references; give the LOW..HIGH that 'ideal fit' printed");
        }
        Levels found = Levels.of(references).orElse(null);
        err.println(
                found == null
                        ? "note: --levels has no effect, because no reference has more than 8 bits"
                        : "note: --levels " + found + " are those of the references");
        return found;
    }

    /**
     * Takes the options from the notes of a fit.
     *
     * @throws ParameterException if a given option differs from its note
     */
    void recall(FitNotes notes) {
        notes.require(spec, LEVELS, levels, noted(notes, LEVELS, FULL), value -> value.equals(levels));
        notes.require(spec, EXIF, exif, noted(notes, EXIF, "upright"), value -> value.equals(exif()));
        levels = noted(notes, LEVELS, FULL);
        exif = Exif.valueOf(noted(notes, EXIF, "upright").toUpperCase(Locale.ROOT));
    }

    private static String noted(FitNotes notes, String option, String otherwise) {
        String value = notes.value(option);
        return value == null ? otherwise : value;
    }

    /** The options, by name, that read images for a fitted detector as those of its fit. */
    Map<String, String> notes() {
        return Map.of(LEVELS, levels(), EXIF, exif());
    }

    /** The levels in use, {@code LOW..HIGH} or {@code full}, for config.json. */
    String levels() {
        return range == null ? FULL : range.toString();
    }

    /** What becomes of the orientation, for config.json. */
    String exif() {
        return (exif == null ? Exif.UPRIGHT : exif).name().toLowerCase(Locale.ROOT);
    }
}
