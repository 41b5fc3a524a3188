package dev.ideal4j.eval.data;

import dev.ideal4j.core.Ideal4jException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A data set with missing files, or with masks that cannot be paired with images. The message names the first few;
 * {@link #missing()} and {@link #unpaired()} give all of them.
 */
public final class IncompleteDatasetException extends Ideal4jException {
    private static final long serialVersionUID = 1L;
    private static final int NAMED = 5;

    private final String[] missing;
    private final String[] unpaired;

    IncompleteDatasetException(Path root, String dataset, List<String> missing, List<String> unpaired) {
        super(root + ": " + message(dataset, missing, unpaired), null);
        this.missing = missing.toArray(new String[0]);
        this.unpaired = unpaired.toArray(new String[0]);
    }

    private static String message(String dataset, List<String> missing, List<String> unpaired) {
        List<String> parts = new ArrayList<>();
        if (!unpaired.isEmpty()) {
            parts.add("images and masks could not be paired: " + first(unpaired, 2, "; "));
        }
        if (!missing.isEmpty()) {
            parts.add(dataset + " is incomplete, " + missing.size() + " missing: " + first(missing, NAMED, ", "));
        }
        return String.join("; ", parts);
    }

    /** The first names of a list, and the number of the others. */
    static String first(List<String> names, int count, String separator) {
        return String.join(separator, names.subList(0, Math.min(count, names.size())))
                + (names.size() > count ? " and " + (names.size() - count) + " more" : "");
    }

    /** The missing files and folders, relative to the data set's folder. Names of folders end in a slash. */
    public List<String> missing() {
        return List.of(missing);
    }

    /** The reasons why images and masks could not be paired, one for each folder. */
    public List<String> unpaired() {
        return List.of(unpaired);
    }
}
