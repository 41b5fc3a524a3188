package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Rotation;

/**
 * Implements {@link Attention} by {@code attention.kc} on GPUs and by {@code attention-registers.kc} on CPUs.
 * {@code rotary.kc} applies the positions.
 */
public class GpuAttention implements Attention.Implementation {
    private final AttentionKernels kernels;
    private final GpuAttentionGradient gradient;
    private final Kernels rotary;

    /** Creates the operations of {@code backend}. */
    public GpuAttention(GpuBackend backend) {
        this.kernels =
                backend.runtime().device().isProcessor() ? new RegisterAttention(backend) : new TileAttention(backend);
        this.gradient = new GpuAttentionGradient(backend);
        this.rotary = backend.kernels("rotary");
    }

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        int width = out.shape().last();
        AttentionKernels.Operand q = new AttentionKernels.Operand(from(qkv, 0), 3 * width);
        AttentionKernels.Operand k = new AttentionKernels.Operand(from(qkv, width), 3 * width);
        AttentionKernels.Operand v = new AttentionKernels.Operand(from(qkv, 2 * width), 3 * width);
        int rows = qkv.shape().axis(1);
        kernels.run(q, k, v, null, AttentionKernels.Sizes.of(out, rows, heads), out);
    }

    @Override
    public void rotate(Tensor qkv, int heads, Rotation rotation) {
        int width = qkv.shape().last() / 3;
        rotary.launch("rotate_pairs")
                .in(rotation.cosines())
                .in(rotation.sines())
                .out(qkv)
                .with(qkv.shape().axis(1), width, width / heads / 2)
                .elements((long) qkv.shape().axis(0) * qkv.shape().axis(1) * width);
    }

    /** Returns the elements from the given one on. The result is empty if no element is left. */
    private static Tensor from(Tensor x, int first) {
        int size = Math.toIntExact(x.shape().size());
        Tensor flat = x.reshape(size);
        return flat.slice(Math.min(first, size), Math.max(0, size - first));
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        if (!dropout.isNone()) {
            gradient.cross(q, k, v, keyBias, heads, dropout, out);
            return;
        }
        int width = out.shape().last();
        kernels.run(
                new AttentionKernels.Operand(q, width),
                new AttentionKernels.Operand(k, width),
                new AttentionKernels.Operand(v, width),
                keyBias,
                AttentionKernels.Sizes.of(out, k.shape().axis(1), heads),
                out);
    }

    @Override
    public void crossGradient(
            Tensor q,
            Tensor k,
            Tensor v,
            Tensor keyBias,
            int heads,
            Dropout dropout,
            Tensor dOut,
            Tensor dq,
            Tensor dk,
            Tensor dv) {
        gradient.gradient(q, k, v, keyBias, heads, dropout, dOut, dq, dk, dv);
    }
}
