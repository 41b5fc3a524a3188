package dev.ideal4j.backbone;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Linear;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.PackedWeight;

/**
 * Uploads the weights of a transformer to a device, in the form that the operations need.
 *
 * @param weights the weights
 * @param owner owner of the uploaded tensors
 */
record VitUpload(VitWeights weights, Scope owner) {
    VitConfig config() {
        return weights.config();
    }

    /** Uploads a LayerNorm. */
    Norm norm(String name) {
        return norm(name, owner);
    }

    /**
     * Uploads a linear layer, or a convolution whose stride equals its kernel size. Only the packed form stays on the
     * device.
     */
    PackedWeight linear(String name) {
        try (Scope unpacked = owner.backend().scope()) {
            Linear layer = layer(name, unpacked);
            return owner.backend().products().pack(layer.weight(), layer.bias(), owner);
        }
    }

    /** Uploads a transformer block. Only the packed form stays on the device. */
    PackedBlock block(int index) {
        String block = "blocks." + index + ".";
        boolean layerScale = config().style().layerScale();
        boolean gated = config().swiglu();
        try (Scope unpacked = owner.backend().scope()) {
            BlockWeights weights = new BlockWeights(
                    config().heads(),
                    norm(block + "norm1", unpacked),
                    layer(block + "attn.qkv", unpacked),
                    layer(block + "attn.proj", unpacked),
                    layerScale ? vector(block + "ls1.gamma", unpacked) : null,
                    norm(block + "norm2", unpacked),
                    layer(block + (gated ? "mlp.w12" : "mlp.fc1"), unpacked),
                    gated ? Activation.NONE : config().style().activation(),
                    gated,
                    layer(block + (gated ? "mlp.w3" : "mlp.fc2"), unpacked),
                    layerScale ? vector(block + "ls2.gamma", unpacked) : null);
            return owner.backend().transformerBlocks().pack(weights, owner);
        }
    }

    private Norm norm(String name, Scope scope) {
        float eps = config().style().normEps();
        return new Norm(vector(name + ".weight", scope), vector(name + ".bias", scope), eps);
    }

    private Tensor vector(String name, Scope scope) {
        Weights tensors = weights.tensors();
        return scope.upload(tensors.read(name), tensors.shape(name));
    }

    private Linear layer(String name, Scope scope) {
        Weights tensors = weights.tensors();
        Shape shape = tensors.shape(name + ".weight");
        int out = shape.axis(0);
        Tensor weight = scope.upload(tensors.read(name + ".weight"), out, (int) (shape.size() / out));
        return new Linear(weight, tensors.names().contains(name + ".bias") ? vector(name + ".bias", scope) : null);
    }
}
