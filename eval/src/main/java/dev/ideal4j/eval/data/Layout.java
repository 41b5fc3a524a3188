package dev.ideal4j.eval.data;

import java.nio.file.Path;

/** How the files of a data set lie on disk. */
interface Layout {
    /**
     * Finds all pictures, in an order that is the same on every machine.
     *
     * @param root the data set's folder
     * @throws IncompleteDatasetException if files are missing
     */
    Indexed index(Path root);
}
