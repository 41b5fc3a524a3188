package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.List;

/** A part of a network with its weights. */
interface Part {
    /** Receives the map of a stage, {@code (b, h, w, c)}. The map is valid only during this call. */
    interface Taps {
        void take(Stage stage, Tensor map);
    }

    /** The stages in this part, in order. */
    List<Stage> stages();

    /**
     * Applies this part.
     *
     * @param x {@code (b, h, w, c)}; not modified
     * @param scope owner of the result
     * @return {@code (b, h′, w′, c′)}
     */
    Tensor apply(Tensor x, Scope scope, Taps taps);
}
