package dev.ideal4j.core.ops;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of a vision transformer (Dosovitskiy et al., arXiv 2010.11929), forward only, run one after the other:
 * {@code x += scale1 ⊙ projection(attention(norm1(x)))}, then {@code x += scale2 ⊙ contract(f(expand(norm2(x))))}.
 */
public final class TransformerBlocks {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public TransformerBlocks(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Packs a block.
     *
     * @param weights not kept, not modified
     * @param scope owner of the packed form
     */
    public PackedBlock pack(BlockWeights weights, Scope scope) {
        return implementation.pack(weights, scope);
    }

    /**
     * Runs blocks in place. The result of a sample has the same bits for any other samples in the batch, and for one
     * call or several calls.
     *
     * @param blocks packed by this backend, first to last, all of the same shape
     * @param rotation rotates the queries and keys of every block; null for no rotation
     * @param x {@code (b, n, C)}, overwritten with the result
     */
    public void forward(List<? extends PackedBlock> blocks, @Nullable Rotation rotation, Tensor x) {
        Checks.rank("x", x.shape(), 3);
        if (rotation != null && !blocks.isEmpty()) {
            rotation.check(
                    x.shape().axis(1), blocks.get(0).width() / blocks.get(0).heads());
            Checks.separate("x", x, rotation.cosines());
            Checks.separate("x", x, rotation.sines());
        }
        for (PackedBlock block : blocks) {
            Checks.width("x", x.shape(), block.width());
            int heads = blocks.get(0).heads();
            Checks.range("heads", block.heads(), heads, heads);
        }
        implementation.forward(blocks, rotation, x);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        PackedBlock pack(BlockWeights weights, Scope scope);

        void forward(List<? extends PackedBlock> blocks, @Nullable Rotation rotation, Tensor x);
    }
}
