package dev.ideal4j.eval.data;

import dev.ideal4j.core.Ideal4jException;
import java.nio.file.Path;
import java.util.List;

/** A data set of which files are missing. The message names the first few, {@link #missing()} all of them. */
public final class IncompleteDatasetException extends Ideal4jException {
    private static final long serialVersionUID = 1L;
    private static final int NAMED = 5;

    private final String[] missing;

    IncompleteDatasetException(Path root, String dataset, List<String> missing) {
        super(message(root, dataset, missing), null);
        this.missing = missing.toArray(new String[0]);
    }

    private static String message(Path root, String dataset, List<String> missing) {
        String named = String.join(", ", missing.subList(0, Math.min(NAMED, missing.size())));
        String more = missing.size() > NAMED ? " and " + (missing.size() - NAMED) + " more" : "";
        return root + ": " + dataset + " is incomplete, " + missing.size() + " missing: " + named + more;
    }

    /** What is missing, relative to the data set's folder; folders end in a slash. */
    public List<String> missing() {
        return List.of(missing);
    }
}
