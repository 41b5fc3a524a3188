package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head scaled dot-product attention: per head {@code softmax(q kᵀ / √(c/heads) + bias) v}. The scores are never
 * stored for all rows at once.
 */
public final class Attention {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Attention(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Attention of a sequence to itself.
     *
     * @param qkv {@code (b, n, 3c)}: per row the query, key and value, each {@code heads} blocks of {@code c/heads}
     * @param heads number of heads, dividing c
     * @param out {@code (b, n, c)}
     */
    public void self(Tensor qkv, int heads, Tensor out) {
        Checks.rank("qkv", qkv.shape(), 3);
        int width = qkv.shape().last() / 3;
        Checks.width("qkv", qkv.shape(), 3 * width);
        checkHeads(width, heads);
        Checks.shape("out", out.shape(), qkv.shape().axis(0), qkv.shape().axis(1), width);
        Checks.separate("out", out, qkv);
        implementation.self(qkv, heads, out);
    }

    /**
     * Rotates queries and keys by their positions, in place. Values are unchanged.
     *
     * @param qkv {@code (b, n, 3c)}, as in {@link #self}; overwritten
     * @param heads number of heads, dividing c; {@code c/heads} is even
     * @param rotation the angles of the n tokens
     */
    public void rotate(Tensor qkv, int heads, Rotation rotation) {
        Checks.rank("qkv", qkv.shape(), 3);
        int width = qkv.shape().last() / 3;
        Checks.width("qkv", qkv.shape(), 3 * width);
        checkHeads(width, heads);
        rotation.check(qkv.shape().axis(1), width / heads);
        Checks.separate("qkv", qkv, rotation.cosines());
        Checks.separate("qkv", qkv, rotation.sines());
        implementation.rotate(qkv, heads, rotation);
    }

    /**
     * Attention of queries to another sequence.
     *
     * @param q {@code (b, m, c)}
     * @param k {@code (b, n, c)}, n ≥ 1
     * @param v {@code (b, n, c)}
     * @param keyBias {@code (b, heads, n)} added to the scores of each key, or null for 0. The sum is rounded to
     *     float32 on every backend. A bias of −1e9 on all keys therefore makes all weights equal
     * @param heads number of heads, dividing c
     * @param out {@code (b, m, c)}
     */
    public void cross(Tensor q, Tensor k, Tensor v, @Nullable Tensor keyBias, int heads, Tensor out) {
        cross(q, k, v, keyBias, heads, Dropout.NONE, out);
    }

    /**
     * Like {@link #cross(Tensor, Tensor, Tensor, Tensor, int, Tensor)}, with dropout of the attention weights. The
     * weight (sample, head, query, key) uses the dropout element at this row-major position.
     */
    public void cross(Tensor q, Tensor k, Tensor v, @Nullable Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        checkCross(q, k, v, keyBias, heads, out);
        implementation.cross(q, k, v, keyBias, heads, dropout, out);
    }

    /**
     * Gradients of {@link #cross(Tensor, Tensor, Tensor, Tensor, int, Dropout, Tensor)}, written, given that of its
     * result. Each of {@code dq}, {@code dk}, {@code dv} may be null if it is not needed.
     *
     * @param dOut {@code (b, m, c)}
     * @param dq {@code (b, m, c)}
     * @param dk {@code (b, n, c)}
     * @param dv {@code (b, n, c)}
     */
    public void crossGradient(
            Tensor q,
            Tensor k,
            Tensor v,
            @Nullable Tensor keyBias,
            int heads,
            Dropout dropout,
            Tensor dOut,
            @Nullable Tensor dq,
            @Nullable Tensor dk,
            @Nullable Tensor dv) {
        checkCross(q, k, v, keyBias, heads, dOut);
        Checks.gradient("dq", dq, q, dOut);
        Checks.gradient("dk", dk, k, dOut);
        Checks.gradient("dv", dv, v, dOut);
        Checks.apart("gradients", new Tensor[] {dq, dk, dv}, q, k, v, keyBias);
        implementation.crossGradient(q, k, v, keyBias, heads, dropout, dOut, dq, dk, dv);
    }

    /** Checks for {@link #cross}. */
    private static void checkCross(Tensor q, Tensor k, Tensor v, @Nullable Tensor keyBias, int heads, Tensor out) {
        Checks.rank("q", q.shape(), 3);
        Checks.rank("k", k.shape(), 3);
        int batch = q.shape().axis(0);
        int width = q.shape().last();
        int keys = k.shape().axis(1);
        checkHeads(width, heads);
        Checks.range("keys", keys, 1, Integer.MAX_VALUE);
        Checks.shape("k", k.shape(), batch, keys, width);
        Checks.shape("v", v.shape(), batch, keys, width);
        if (keyBias != null) {
            Checks.shape("key bias", keyBias.shape(), batch, heads, keys);
            Checks.separate("out", out, keyBias);
        }
        Checks.shape("out", out.shape(), batch, q.shape().axis(1), width);
        Checks.separate("out", out, q);
        Checks.separate("out", out, k);
        Checks.separate("out", out, v);
    }

    /** Checks that heads share a width evenly. */
    static void checkHeads(int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw new InvalidInputException("heads", Integer.toString(heads), "a divisor of the width " + width);
        }
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void self(Tensor qkv, int heads, Tensor out);

        void rotate(Tensor qkv, int heads, Rotation rotation);

        void cross(Tensor q, Tensor k, Tensor v, @Nullable Tensor keyBias, int heads, Dropout dropout, Tensor out);

        void crossGradient(
                Tensor q,
                Tensor k,
                Tensor v,
                @Nullable Tensor keyBias,
                int heads,
                Dropout dropout,
                Tensor dOut,
                @Nullable Tensor dq,
                @Nullable Tensor dk,
                @Nullable Tensor dv);
    }
}
