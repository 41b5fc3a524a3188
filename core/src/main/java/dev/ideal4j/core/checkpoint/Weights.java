package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.Shape;
import java.util.Set;

/** Named float32 tensors on the host, from a file or made up. Reading is thread-safe. */
public interface Weights {
    /** Names in the order of the source. */
    Set<String> names();

    /**
     * The shape of a tensor.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there is no such tensor; the message names the source
     */
    Shape shape(String name);

    /**
     * Reads a tensor, row-major, converted to float32. A new array each time.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there is no such tensor
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged
     */
    float[] read(String name);

    /** Where they come from, for messages: a file's path. */
    String origin();
}
