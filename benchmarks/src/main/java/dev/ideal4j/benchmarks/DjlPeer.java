package dev.ideal4j.benchmarks;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * DINOv2 on PyTorch through the Deep Java Library, operation by operation, as the published code runs it. PyTorch's
 * libraries are on the class path only of a build with {@code -Pdjl}.
 */
final class DjlPeer implements AutoCloseable {
    /** Which DJL reads when it first loads its engine: nothing may be fetched while measuring. */
    private static final String OFFLINE = "ai.djl.offline";

    private static final String THREADS = "ai.djl.pytorch.num_threads";

    private final VitConfig config;
    private final NDManager manager;
    private final Map<String, NDArray> weights = new HashMap<>();
    private final NDArray prefix;
    private final NDArray positions;

    /**
     * Loads the model.
     *
     * @param weights of DINOv2 without gated layers
     * @param size of the images
     * @param threads of PyTorch; the first peer's hold for the JVM
     */
    DjlPeer(VitWeights weights, int size, int threads) {
        System.setProperty(OFFLINE, "true");
        System.setProperty(THREADS, Integer.toString(threads));
        config = weights.config();
        if (config.swiglu()) {
            throw new IllegalArgumentException("a model with gated layers; expected one without");
        }
        manager = NDManager.newBaseManager(null, "PyTorch");
        for (String name : weights.tensors().names()) {
            int[] lengths = weights.tensors().shape(name).toArray();
            Shape shape = new Shape(Arrays.stream(lengths).asLongStream().toArray());
            this.weights.put(name, manager.create(weights.tensors().read(name), shape));
        }
        int side = size / config.patchSize();
        prefix = manager.create(weights.prefix(), new Shape(1, config.prefixTokens(), config.width()));
        positions = manager.create(weights.positions(side, side), new Shape(1, (long) side * side, config.width()));
    }

    /** The engine and its version. */
    static String description() {
        Engine engine = Engine.getEngine("PyTorch");
        return "DJL, " + engine.getEngineName() + " " + engine.getVersion();
    }

    /** One forward pass: normalised images, {@code (batch, 3, size, size)}, to patch features. */
    float[] patches(float[] pixels, int batch, int size) {
        try (NDManager pass = manager.newSubManager()) {
            NDArray x = tokens(pass.create(pixels, new Shape(batch, 3, size, size)));
            for (int i = 0; i < config.depth(); i++) {
                String block = "blocks." + i + ".";
                NDArray attended = attention(norm(x, block + "norm1"), block + "attn.");
                x = x.add(attended.mul(weights.get(block + "ls1.gamma")));
                NDArray hidden = Activation.gelu(linear(norm(x, block + "norm2"), block + "mlp.fc1"));
                x = x.add(linear(hidden, block + "mlp.fc2").mul(weights.get(block + "ls2.gamma")));
            }
            return norm(x, "norm").get(":, {}:", config.prefixTokens()).toFloatArray();
        }
    }

    private NDArray tokens(NDArray images) {
        long batch = images.getShape().get(0);
        NDArray kernel = attached(images, weights.get("patch_embed.proj.weight"));
        NDArray bias = weights.get("patch_embed.proj.bias");
        Shape step = new Shape(config.patchSize(), config.patchSize());
        NDArray patches = Conv2d.conv2d(images, kernel, bias, step).singletonOrThrow();
        patches = patches.reshape(batch, config.width(), -1).transpose(0, 2, 1).add(positions);
        NDArray first = attached(images, prefix).repeat(0, batch);
        return NDArrays.concat(new NDList(first, patches), 1);
    }

    private NDArray attention(NDArray x, String name) {
        long batch = x.getShape().get(0);
        long tokens = x.getShape().get(1);
        long depth = config.width() / config.heads();
        NDArray qkv = linear(x, name + "qkv").reshape(batch, tokens, 3, config.heads(), depth);
        NDArray parts = qkv.transpose(2, 0, 3, 1, 4);
        NDArray q = parts.get(0).mul((float) (1 / Math.sqrt(depth)));
        NDArray scores = q.matMul(parts.get(1).transpose(0, 1, 3, 2)).softmax(-1);
        NDArray out = scores.matMul(parts.get(2)).transpose(0, 2, 1, 3);
        return linear(out.reshape(batch, tokens, config.width()), name + "proj");
    }

    private NDArray linear(NDArray x, String name) {
        return Linear.linear(x, weights.get(name + ".weight"), weights.get(name + ".bias"))
                .singletonOrThrow();
    }

    private NDArray norm(NDArray x, String name) {
        Shape width = new Shape(config.width());
        NDArray gamma = weights.get(name + ".weight");
        return LayerNorm.layerNorm(
                        x,
                        width,
                        gamma,
                        weights.get(name + ".bias"),
                        config.style().normEps())
                .singletonOrThrow();
    }

    /** A weight whose results belong to a pass, not to the model. */
    private static NDArray attached(NDArray pass, NDArray weight) {
        NDArray view = weight.duplicate();
        view.attach(pass.getManager());
        return view;
    }

    @Override
    public void close() {
        manager.close();
    }
}
