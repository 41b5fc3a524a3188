package dev.ideal4j.eval.data;

import java.util.List;

/**
 * The outcome of indexing.
 *
 * @param index the images
 * @param notes notes about files left out and masks that may belong to another image
 */
public record Indexed(DatasetIndex index, List<String> notes) {
    /** Copies the notes. */
    public Indexed {
        notes = List.copyOf(notes);
    }
}
