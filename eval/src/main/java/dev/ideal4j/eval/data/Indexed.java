package dev.ideal4j.eval.data;

import java.util.List;

/**
 * What indexing found.
 *
 * @param index the pictures
 * @param notes what a careful user should know: files left out, masks that may belong to another picture
 */
public record Indexed(DatasetIndex index, List<String> notes) {
    /** Copies the notes. */
    public Indexed {
        notes = List.copyOf(notes);
    }
}
