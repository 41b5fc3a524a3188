package dev.ideal4j.eval.data;

import java.nio.file.Path;

/** The arrangement of the files of a data set. */
interface Layout {
    /**
     * Finds all images, in an order that is the same on every machine.
     *
     * @param root the data set's folder
     * @throws IncompleteDatasetException if files are missing
     */
    Indexed index(Path root);
}
