package dev.ideal4j.backbone;

import dev.ideal4j.backbone.TransformerBlock.Norm;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.PackedWeight;

/**
 * Brings a transformer's weights to a device, in the forms the operations take.
 *
 * @param weights the weights
 * @param owner owns what is uploaded
 */
record VitUpload(VitWeights weights, Scope owner) {
    VitConfig config() {
        return weights.config();
    }

    Tensor vector(String name) {
        Weights tensors = weights.tensors();
        return owner.upload(tensors.read(name), tensors.shape(name));
    }

    Norm norm(String name) {
        return new Norm(
                vector(name + ".weight"),
                vector(name + ".bias"),
                config().style().normEps());
    }

    /** A linear layer, or a convolution whose stride is its kernel size; only the packed form stays on the device. */
    PackedWeight linear(String name) {
        Weights tensors = weights.tensors();
        Shape shape = tensors.shape(name + ".weight");
        int out = shape.axis(0);
        try (Scope unpacked = owner.backend().scope()) {
            Tensor weight = unpacked.upload(tensors.read(name + ".weight"), out, (int) (shape.size() / out));
            boolean hasBias = tensors.names().contains(name + ".bias");
            Tensor bias = hasBias ? unpacked.upload(tensors.read(name + ".bias"), out) : null;
            return owner.backend().products().pack(weight, bias, owner);
        }
    }
}
