package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuAttention;
import dev.ideal4j.kernels.gpu.GpuBackend;

/**
 * Attention for heads of width 64 by {@code attention.cu}. Other widths, dropout and gradients use the portable
 * kernels.
 */
final class CudaAttention extends GpuAttention {
    private static final String FILE = "attention.cu";
    private static final int WIDTH = CudaSources.number(FILE, "WIDTH");
    private static final int QUERIES = CudaSources.number(FILE, "QUERIES");
    private static final int THREADS = CudaSources.number(FILE, "THREADS");
    private static final int BYTES_BF16 = CudaSources.number(FILE, "BYTES_BF16");
    private static final int BYTES_TF32 = CudaSources.number(FILE, "BYTES_TF32");

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaAttention(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        int width = out.shape().last();
        if (width != heads * WIDTH || !TensorCores.isAligned(qkv) || !TensorCores.isAligned(out)) {
            super.self(qkv, heads, out);
            return;
        }
        Slice q = TensorCores.at(backend, qkv);
        Slice k = new Slice(q.buffer(), q.offset() + 4L * width, q.owner());
        Slice v = new Slice(q.buffer(), q.offset() + 8L * width, q.owner());
        run(q, k, v, null, heads, 3 * width, qkv.shape().axis(1), out);
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        int width = q.shape().last();
        boolean aligned = TensorCores.isAligned(q)
                && TensorCores.isAligned(k)
                && TensorCores.isAligned(v)
                && TensorCores.isAligned(out);
        if (!dropout.isNone() || width != heads * WIDTH || !aligned) {
            super.cross(q, k, v, keyBias, heads, dropout, out);
            return;
        }
        run(
                TensorCores.at(backend, q),
                TensorCores.at(backend, k),
                TensorCores.at(backend, v),
                TensorCores.at(backend, keyBias),
                heads,
                width,
                k.shape().axis(1),
                out);
    }

    private void run(Slice q, Slice k, Slice v, Slice bias, int heads, int stride, int keys, Tensor out) {
        int samples = out.shape().axis(0);
        int queries = out.shape().axis(1);
        if (samples == 0 || queries == 0) {
            return;
        }
        int bytes = cores.isBf16() ? BYTES_BF16 : BYTES_TF32;
        cores.launch(
                FILE,
                cores.isBf16() ? "attention_bf16" : "attention_tf32",
                new Blocks(TensorCores.blocks(queries, QUERIES), heads, samples, THREADS, bytes),
                q,
                k,
                v,
                bias,
                TensorCores.at(backend, out),
                queries,
                keys,
                stride,
                stride,
                (float) (1 / Math.sqrt(WIDTH)));
    }
}
