package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import java.util.List;

/** A convolution and its activation, alone: the first of a network, or the last. */
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
