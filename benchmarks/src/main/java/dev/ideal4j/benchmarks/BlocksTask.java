package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Linear;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.TransformerBlocks;
import java.util.ArrayList;
import java.util.List;

/** The twelve blocks of ViT-S/14 over the tokens of an image at 448. */
final class BlocksTask implements AutoCloseable {
    private static final int TOKENS = 1025;
    private static final int WIDTH = 384;
    private static final int HEADS = 6;
    private static final int HIDDEN = 1536;
    private static final int DEPTH = 12;

    private final Scope scope;
    private final TransformerBlocks operation;
    private final List<PackedBlock> blocks = new ArrayList<>();
    private final float[] values = SeededValues.uniform("x", TOKENS * WIDTH, 2, 0);
    private final Tensor x;

    /**
     * Packs made-up weights.
     *
     * @param operation of {@code backend}
     */
    BlocksTask(Backend backend, TransformerBlocks operation) {
        this.scope = backend.scope();
        this.operation = operation;
        for (int i = 0; i < DEPTH; i++) {
            try (Scope unpacked = backend.scope()) {
                blocks.add(operation.pack(weights(i, unpacked), scope));
            }
        }
        this.x = scope.allocate(1, TOKENS, WIDTH);
    }

    private static BlockWeights weights(int index, Scope scope) {
        String name = "blocks." + index;
        return new BlockWeights(
                HEADS,
                new Norm(vector(name + ".gamma1", 1, scope), vector(name + ".beta1", 0, scope), 1e-6f),
                linear(name + ".qkv", 3 * WIDTH, WIDTH, scope),
                linear(name + ".projection", WIDTH, WIDTH, scope),
                vector(name + ".scale1", 0.5, scope),
                new Norm(vector(name + ".gamma2", 1, scope), vector(name + ".beta2", 0, scope), 1e-6f),
                linear(name + ".expand", HIDDEN, WIDTH, scope),
                Activation.GELU,
                false,
                linear(name + ".contract", WIDTH, HIDDEN, scope),
                vector(name + ".scale2", 0.5, scope));
    }

    private static Tensor vector(String name, double around, Scope scope) {
        return scope.upload(SeededValues.uniform(name, WIDTH, 0.1, around), WIDTH);
    }

    private static Linear linear(String name, int out, int in, Scope scope) {
        double scale = 1 / Math.sqrt(in);
        return new Linear(
                scope.upload(SeededValues.uniform(name, out * in, scale, 0), out, in),
                scope.upload(SeededValues.uniform(name + " bias", out, scale, 0), out));
    }

    float[] run() {
        x.write(values);
        operation.forward(blocks, null, x);
        return x.toArray();
    }

    @Override
    public void close() {
        scope.close();
    }
}
