package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.Shape;
import java.util.Set;

/** Named float32 tensors on the host, from a file or generated. Reading is thread-safe. */
public interface Weights {
    /** The names of the tensors, in the order of the source. */
    Set<String> names();

    /**
     * The shape of a tensor.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there is no such tensor; the message names the source
     */
    Shape shape(String name);

    /**
     * Reads a tensor in row-major order, converted to float32. Returns a new array each time.
     *
     * @throws dev.ideal4j.core.InvalidInputException if there is no such tensor
     * @throws dev.ideal4j.core.FileFormatException if the file is damaged
     */
    float[] read(String name);

    /** The source of the weights in messages, for instance the path of the file. */
    String origin();
}
