package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;

/** {@link Attention} by {@code attention.kc}. */
final class GpuAttention implements Attention {
    GpuAttention(GpuBackend backend) {}

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        Attention.checkSelf(qkv, heads, out);
        throw new UnsupportedOperationException("attention.self");
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Tensor out) {
        Attention.checkCross(q, k, v, keyBias, heads, out);
        throw new UnsupportedOperationException("attention.cross");
    }
}
