package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Epilogue;

/** Attention with dropout, and its gradients, by {@code attention-gradients.kc} and matrix products. */
final class GpuAttentionGradient {
    /** The number of weights that are computed at once: 64 MB, unless one query of each head needs more. */
    private static final long WEIGHTS = 1 << 24;

    private final GpuBackend backend;
    private final Gemm gemm;
    private final Kernels kernels;

    GpuAttentionGradient(GpuBackend backend) {
        this.backend = backend;
        this.gemm = backend.gemm();
        this.kernels = backend.kernels("dropout", "attention-gradients");
    }

    void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        try (Scope scope = backend.scope()) {
            Heads all = new Heads(q, k, keyBias, heads, dropout);
            Gemm.Right keys = all.right(all.split(k, scope), true, scope);
            Gemm.Right values = all.right(all.split(v, scope), false, scope);
            Tensor queries = all.split(q, scope);
            all.forEachBlock((first, count, scratch) -> {
                Tensor weights = all.products(queries, first, count, keys, all.keys, scratch);
                all.weigh(weights, first, count, dropout);
                Tensor part = all.products(weights, 0, count, values, all.depth, scratch);
                all.merge(part, first, count, out);
            });
        }
    }

    void gradient(
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
        try (Scope scope = backend.scope()) {
            Heads all = new Heads(q, k, keyBias, heads, dropout);
            Tensor queries = all.split(q, scope);
            Tensor keys = all.split(k, scope);
            Tensor gradients = all.split(dOut, scope);
            Gemm.Right keyColumns = all.right(keys, true, scope);
            Gemm.Right keyRows = dq == null ? null : all.right(keys, false, scope);
            Gemm.Right valueColumns = all.right(all.split(v, scope), true, scope);
            Tensor keySums = dk == null ? null : scope.allocate(keys.shape());
            Tensor valueSums = dv == null ? null : scope.allocate(keys.shape());
            all.forEachBlock((first, count, scratch) -> {
                Tensor weights = all.products(queries, first, count, keyColumns, all.keys, scratch);
                all.weigh(weights, first, count, Dropout.NONE);
                Tensor dWeights = all.products(gradients, first, count, valueColumns, all.keys, scratch);
                all.scoreGradients(weights, dWeights, first, count);
                if (dv != null) {
                    all.addTransposed(weights, gradients, first, count, valueSums);
                }
                if (dk != null) {
                    all.addTransposed(dWeights, queries, first, count, keySums);
                }
                if (dq != null) {
                    all.merge(all.products(dWeights, 0, count, keyRows, all.depth, scratch), first, count, dq);
                }
            });
            if (dk != null) {
                all.merge(keySums, 0, all.keys, dk);
            }
            if (dv != null) {
                all.merge(valueSums, 0, all.keys, dv);
            }
        }
    }

    /** The operation on a block of queries. */
    private interface Step {
        void run(int first, int count, Scope scratch);
    }

    /** The heads of all samples. Each head has {@code queries} and {@code keys} rows of {@code depth} elements. */
    private final class Heads {
        private final int heads;
        private final int number;
        private final int queries;
        private final int keys;
        private final int depth;
        private final float scale;
        private final Tensor keyBias;
        private final Dropout dropout;

        Heads(Tensor q, Tensor k, Tensor keyBias, int heads, Dropout dropout) {
            this.heads = heads;
            this.number = q.shape().axis(0) * heads;
            this.queries = q.shape().axis(1);
            this.keys = k.shape().axis(1);
            this.depth = q.shape().last() / heads;
            this.scale = (float) (1 / Math.sqrt(depth));
            this.keyBias = keyBias;
            this.dropout = dropout;
        }

        void forEachBlock(Step step) {
            int most = (int) Math.max(1, Math.min(queries, WEIGHTS / Math.max(1, (long) number * keys)));
            for (int first = 0; first < queries; first += most) {
                try (Scope scratch = backend.scope()) {
                    step.run(first, Math.min(most, queries - first), scratch);
                }
            }
        }

        /** Returns {@code (number, rows, depth)} of a tensor {@code (b, rows, heads · depth)}. */
        Tensor split(Tensor x, Scope scope) {
            int rows = x.shape().axis(1);
            Tensor split = scope.allocateUninitialised(number, rows, depth);
            kernels.launch("split_heads")
                    .in(x)
                    .out(split)
                    .with(rows, heads, depth)
                    .elements(x.shape().size());
            return split;
        }

        /** Writes rows {@code first} to {@code first + count − 1} of {@code out}. */
        void merge(Tensor part, int first, int count, Tensor out) {
            kernels.launch("merge_heads")
                    .in(part)
                    .out(out)
                    .with(count, first, out.shape().axis(1), heads, depth)
                    .elements(part.shape().size());
        }

        /** Returns keys or values {@code (number, keys, depth)} as a right operand. */
        Gemm.Right right(Tensor split, boolean transposed, Scope scope) {
            Matrix matrix = Matrix.of(split);
            return transposed
                    ? gemm.prepare(matrix.transposed(), number, depth, keys, false, scope)
                    : gemm.prepare(matrix, number, keys, depth, false, scope);
        }

        /** Returns the products of some rows of a tensor {@code (number, r, d)}. */
        Tensor products(Tensor left, int first, int count, Gemm.Right right, int columns, Scope scratch) {
            Tensor out = scratch.allocateUninitialised(number, count, columns);
            Gemm.Sizes sizes = new Gemm.Sizes(number, count, left.shape().last(), columns);
            gemm.run(rows(left, first), right, sizes, null, Epilogue.NONE, out);
            return out;
        }

        /** Computes {@code sums += leftᵀ · rows of right}. For the first block it overwrites the sums. */
        void addTransposed(Tensor left, Tensor right, int first, int count, Tensor sums) {
            try (Scope scratch = backend.scope()) {
                Gemm.Right block = gemm.prepare(rows(right, first), number, count, depth, false, scratch);
                Gemm.Sizes sizes = new Gemm.Sizes(number, keys, count, depth);
                Epilogue add = first == 0 ? Epilogue.NONE : Epilogue.residual(null, sums);
                gemm.run(Matrix.of(left).transposed(), block, sizes, null, add, sums);
            }
        }

        /** Returns the rows from {@code first} on of each head. */
        private Matrix rows(Tensor x, int first) {
            Shape shape = x.shape();
            Tensor from = x.reshape(shape.rows(), shape.last()).slice(first, shape.rows() - first);
            return new Matrix(from, shape.last(), 1, (long) shape.axis(1) * shape.last());
        }

        void weigh(Tensor scores, int first, int count, Dropout used) {
            Launch launch =
                    kernels.launch("attention_weights").out(scores).with(scale).optional(keyBias, scores);
            GpuActivations.dropout(launch, used).with(first, queries, keys).groups(count, number, 1);
        }

        void scoreGradients(Tensor weights, Tensor dWeights, int first, int count) {
            Launch launch =
                    kernels.launch("score_gradients").out(weights).out(dWeights).with(scale);
            GpuActivations.dropout(launch, dropout).with(first, queries, keys).groups(count, number, 1);
        }
    }
}
