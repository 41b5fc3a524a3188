package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import java.util.List;

/** A single convolution with its activation: the first or the last of a network. */
record Single(Dense convolution, Stage stage, Activation activation) implements Part {
    @Override
    public List<Stage> stages() {
        return List.of(stage);
    }

    @Override
    public Tensor apply(Tensor x, Scope scope, Taps taps) {
        Tensor out = convolution.apply(x, activation, scope);
        taps.take(stage, out);
        return out;
    }
}
