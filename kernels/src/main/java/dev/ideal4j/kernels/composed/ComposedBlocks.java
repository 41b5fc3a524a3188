package dev.ideal4j.kernels.composed;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.ops.TransformerBlocks;
import java.util.List;

/** Implements {@link TransformerBlocks} by a backend's other operations. */
public record ComposedBlocks(Backend backend) implements TransformerBlocks.Implementation {
    /**
     * A block in the form that the single operations take.
     *
     * @param memory owns all tensors and weights of the block
     * @param owner the scope that owns {@code memory}, kept reachable
     */
    public record Block(
            int width,
            int hidden,
            int heads,
            boolean gated,
            BlockWeights.Norm norm1,
            PackedWeight qkv,
            PackedWeight projection,
            Tensor scale1,
            BlockWeights.Norm norm2,
            PackedWeight expand,
            Epilogue activation,
            PackedWeight contract,
            Tensor scale2,
            Scope memory,
            Scope owner)
            implements PackedBlock {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public PackedBlock pack(BlockWeights weights, Scope scope) {
        Scope memory = scope.own(backend.scope());
        try {
            return new Block(
                    weights.width(),
                    weights.hidden(),
                    weights.heads(),
                    weights.gated(),
                    copy(weights.norm1(), memory),
                    pack(weights.qkv(), memory),
                    pack(weights.projection(), memory),
                    copy(weights.scale1(), memory),
                    copy(weights.norm2(), memory),
                    pack(weights.expand(), memory),
                    new Epilogue(weights.activation(), null, null),
                    pack(weights.contract(), memory),
                    copy(weights.scale2(), memory),
                    memory,
                    scope);
        } catch (RuntimeException | Error e) {
            memory.close();
            throw e;
        }
    }

    private PackedWeight pack(BlockWeights.Linear layer, Scope memory) {
        return backend.products().pack(layer.weight(), layer.bias(), memory);
    }

    private BlockWeights.Norm copy(BlockWeights.Norm norm, Scope memory) {
        return new BlockWeights.Norm(copy(norm.gamma(), memory), copy(norm.beta(), memory), norm.eps());
    }

    private Tensor copy(Tensor vector, Scope memory) {
        return vector == null ? null : memory.copy(vector);
    }

    @Override
    public void forward(List<? extends PackedBlock> blocks, Rotation rotation, Tensor x) {
        int widest = 0;
        int gate = 0;
        for (PackedBlock each : blocks) {
            Block block = own(each);
            widest = Math.max(widest, Math.max(3 * block.width, block.expand.out()));
            gate = Math.max(gate, block.gated ? block.hidden : 0);
        }
        int tokens = x.shape().rows();
        try (Scope local = backend.scope()) {
            Tensor narrow = local.allocateUninitialised(tokens, x.shape().last());
            Tensor wide = local.allocateUninitialised(widest, tokens);
            Tensor hidden = gate == 0 ? null : local.allocateUninitialised(gate, tokens);
            for (PackedBlock each : blocks) {
                Block block = own(each);
                attend(block, rotation, x, narrow, rows(wide, 3 * block.width));
                feedForward(block, x, narrow, rows(wide, block.expand.out()), hidden);
            }
        }
    }

    /**
     * Returns the block as this packed it.
     *
     * @throws InvalidInputException if another backend packed the block
     */
    public Block own(PackedBlock block) {
        if (block instanceof Block own && own.memory.backend() == backend) {
            return own;
        }
        throw new InvalidInputException("block", "one packed by another backend", "one of this " + backend.name());
    }

    /** Returns the start of a block of memory as a row of {@code width} elements for each token. */
    private static Tensor rows(Tensor memory, int width) {
        return memory.slice(0, width).reshape(memory.shape().axis(1), width);
    }

    private void attend(Block block, Rotation rotation, Tensor x, Tensor narrow, Tensor qkv) {
        int batch = x.shape().axis(0);
        int tokens = x.shape().axis(1);
        norm(block.norm1, x, narrow);
        backend.products().linear(narrow, block.qkv, Epilogue.NONE, qkv);
        Tensor packed = qkv.reshape(batch, tokens, 3 * block.width);
        if (rotation != null) {
            backend.attention().rotate(packed, block.heads, rotation);
        }
        backend.attention().self(packed, block.heads, narrow.reshape(batch, tokens, block.width));
        backend.products().linear(narrow, block.projection, Epilogue.residual(block.scale1, x), x);
    }

    private void feedForward(Block block, Tensor x, Tensor narrow, Tensor expanded, Tensor memory) {
        norm(block.norm2, x, narrow);
        Tensor hidden = expanded;
        backend.products().linear(narrow, block.expand, block.activation, expanded);
        if (block.gated) {
            hidden = rows(memory, block.hidden);
            backend.activations().siluGate(expanded, hidden);
        }
        backend.products().linear(hidden, block.contract, Epilogue.residual(block.scale2, x), x);
    }

    private void norm(BlockWeights.Norm norm, Tensor x, Tensor out) {
        backend.normalization().layerNorm(x, norm.gamma(), norm.beta(), norm.eps(), out);
    }
}
