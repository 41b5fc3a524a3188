package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.kernels.composed.ComposedBlocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuBackend;
import java.util.List;

/**
 * Transformer blocks in bf16 on Hopper, seven launches each: {@code block_layernorm.cu}, {@code block_products.cu},
 * {@code block_attention.cu} (or {@code block_attention_128.cu}) and {@code gemm_wgmma.cu} hand rows in bf16 to each other. Only the residual stream is
 * float32 in memory. {@link ComposedBlocks} runs what these kernels do not: heads that are not 64 wide, widths that are
 * no multiples of 64, widths above 1536, gates and rotations.
 */
final class CudaBlocks implements TransformerBlocks.Implementation {
    /** The kernel of attention with 64 queries a block. */
    static final String ATTENTION = "block_attention";

    /** The kernel of attention with 128 queries a block. */
    static final String ATTENTION_128 = "block_attention_128";

    private static final String NORM = "block_layernorm.cu";
    private static final String PRODUCTS = "block_products.cu";
    private static final int SIDE = CudaSources.number(PRODUCTS, "SIDE");
    private static final int DEPTH = CudaSources.number(PRODUCTS, "DEPTH");
    private static final int PRODUCT_THREADS = CudaSources.number(PRODUCTS, "THREADS");
    private static final int PRODUCT_BYTES = CudaSources.number(PRODUCTS, "SHARED_BYTES");
    private static final int NORM_ROWS = CudaSources.number(NORM, "ROWS");
    private static final int NORM_THREADS = CudaSources.number(NORM, "THREADS");
    private static final int HEAD = CudaSources.number(ATTENTION + ".cu", "WIDTH");

    private final TensorCores cores;
    private final GpuBackend backend;
    private final CudaProducts products;
    private final ComposedBlocks composed;
    private final String attention;
    private final int queries;
    private final int threads;
    private final int sharedBytes;

    /**
     * Creates blocks whose weights {@code products} packs.
     *
     * @param attention {@link #ATTENTION} or {@link #ATTENTION_128}
     */
    CudaBlocks(TensorCores cores, GpuBackend backend, CudaProducts products, String attention) {
        this.cores = cores;
        this.backend = backend;
        this.products = products;
        this.composed = new ComposedBlocks(backend);
        this.attention = attention;
        this.queries = CudaSources.number(attention + ".cu", "QUERIES");
        this.threads = CudaSources.number(attention + ".cu", "THREADS");
        this.sharedBytes = CudaSources.number(attention + ".cu", "BYTES");
    }

    @Override
    public PackedBlock pack(BlockWeights weights, Scope scope) {
        return composed.pack(weights, scope);
    }

    @Override
    public void forward(List<? extends PackedBlock> blocks, Rotation rotation, Tensor x) {
        List<ComposedBlocks.Block> own = blocks.stream().map(composed::own).toList();
        if (rotation != null || !TensorCores.isAligned(x) || !own.stream().allMatch(CudaBlocks::fits)) {
            composed.forward(blocks, rotation, x);
            return;
        }
        if (own.isEmpty() || x.shape().size() == 0) {
            return;
        }
        int rows = x.shape().rows();
        int width = x.shape().last();
        int rowBlocks = TensorCores.blocks(rows, SIDE);
        int hidden = own.stream().mapToInt(ComposedBlocks.Block::hidden).max().getAsInt();
        try (Scope local = backend.scope()) {
            // In bf16, two elements in the place of a float32.
            Tensor narrow = local.allocateUninitialised(rowBlocks, width / 2, SIDE);
            Tensor wide = local.allocateUninitialised(rowBlocks, Math.max(3 * width, hidden) / 2, SIDE);
            for (ComposedBlocks.Block block : own) {
                norm(block.norm1(), x, narrow);
                product("block_product_rows", narrow, block.qkv(), Activation.NONE, wide, rows);
                attend(block.heads(), wide, x, narrow);
                add(narrow, block.projection(), block.scale1(), x);
                norm(block.norm2(), x, narrow);
                Activation activation = block.activation().activation();
                product("block_product_tiles", narrow, block.expand(), activation, wide, rows);
                add(wide, block.contract(), block.scale2(), x);
            }
        }
    }

    private static boolean fits(ComposedBlocks.Block block) {
        return !block.gated()
                && block.width() == block.heads() * HEAD
                && block.hidden() % DEPTH == 0
                && CudaNormalization.parts(block.width()) > 0;
    }

    private Slice at(Tensor tensor) {
        return TensorCores.at(backend, tensor);
    }

    private void norm(Norm norm, Tensor x, Tensor tiles) {
        int rows = x.shape().rows();
        int width = x.shape().last();
        cores.launch(
                NORM,
                "block_layernorm_" + CudaNormalization.parts(width),
                new Blocks(TensorCores.blocks(rows, NORM_ROWS), 1, 1, NORM_THREADS, 0),
                at(x),
                at(norm.gamma()),
                at(norm.beta()),
                norm.eps(),
                at(tiles),
                rows,
                width);
    }

    private void product(
            String kernel, Tensor tiles, PackedWeight weight, Activation activation, Tensor out, int rows) {
        CudaProducts.Packed packed = products.own(weight);
        int blocks = Math.multiplyExact(TensorCores.blocks(rows, SIDE), TensorCores.blocks(packed.out(), SIDE));
        cores.launch(
                PRODUCTS,
                kernel,
                new Blocks(blocks, 1, 1, PRODUCT_THREADS, PRODUCT_BYTES),
                at(tiles),
                at(packed.matrix()),
                at(out),
                rows,
                packed.out(),
                packed.in() / DEPTH,
                at(packed.bias()),
                activation.ordinal());
    }

    /** Adds a layer's scaled results to the residual stream. */
    private void add(Tensor tiles, PackedWeight weight, Tensor scale, Tensor x) {
        products.multiply(tiles, products.own(weight), x.shape().rows(), Epilogue.residual(scale, x), x);
    }

    private void attend(int heads, Tensor qkv, Tensor x, Tensor tiles) {
        int tokens = x.shape().axis(1);
        cores.launch(
                attention + ".cu",
                attention,
                new Blocks(TensorCores.blocks(tokens, queries), heads, x.shape().axis(0), threads, sharedBytes),
                at(qkv),
                at(tiles),
                tokens,
                (float) (1 / Math.sqrt(HEAD)));
    }
}
