package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Rotation;

record ReferenceAttention(ReferenceBackend backend) implements Attention.Implementation {
    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        int batch = out.shape().axis(0);
        int rows = out.shape().axis(1);
        int width = out.shape().last();
        double[] packed = backend.read(qkv);
        double[][] parts = new double[3][batch * rows * width];
        for (int row = 0; row < batch * rows; row++) {
            for (int part = 0; part < 3; part++) {
                System.arraycopy(packed, (3 * row + part) * width, parts[part], row * width, width);
            }
        }
        Sizes sizes = new Sizes(batch, rows, rows, heads, width);
        backend.write(attend(parts[0], parts[1], parts[2], null, sizes, Dropout.NONE), out);
    }

    @Override
    public void rotate(Tensor qkv, int heads, Rotation rotation) {
        double[] packed = backend.read(qkv);
        double[] cosines = backend.read(rotation.cosines());
        double[] sines = backend.read(rotation.sines());
        int tokens = qkv.shape().axis(1);
        int width = qkv.shape().last() / 3;
        int half = width / heads / 2;
        for (int row = 0; row < qkv.shape().axis(0) * tokens; row++) {
            // Queries and keys are the first two thirds of a row.
            for (int head = 0; head < 2 * heads; head++) {
                for (int i = 0; i < half; i++) {
                    int at = 3 * row * width + 2 * head * half + i;
                    double cosine = cosines[row % tokens * half + i];
                    double sine = sines[row % tokens * half + i];
                    double first = packed[at];
                    double second = packed[at + half];
                    packed[at] = first * cosine - second * sine;
                    packed[at + half] = second * cosine + first * sine;
                }
            }
        }
        backend.write(packed, qkv);
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Dropout dropout, Tensor out) {
        double[] bias = keyBias == null ? null : backend.read(keyBias);
        Sizes sizes = Sizes.of(q, k, heads);
        backend.write(attend(backend.read(q), backend.read(k), backend.read(v), bias, sizes, dropout), out);
    }

    private record Sizes(int batch, int queries, int keys, int heads, int width) {
        static Sizes of(Tensor q, Tensor k, int heads) {
            return new Sizes(
                    q.shape().axis(0),
                    q.shape().axis(1),
                    k.shape().axis(1),
                    heads,
                    q.shape().last());
        }

        int headWidth() {
            return width / heads;
        }

        int atQuery(int sample, int head, int query) {
            return (sample * queries + query) * width + head * headWidth();
        }

        int atKey(int sample, int head, int key) {
            return (sample * keys + key) * width + head * headWidth();
        }

        /** Returns the position of the first weight of (sample, head, query) among all weights. */
        long atWeights(int sample, int head, int query) {
            return (((long) sample * heads + head) * queries + query) * keys;
        }
    }

    /** Visits every (sample, head, query) with its attention weights, before dropout. */
    @FunctionalInterface
    private interface Visitor {
        void visit(int sample, int head, int query, double[] weights);
    }

    private static void visitWeights(double[] q, double[] k, double[] bias, Sizes sizes, Visitor visitor) {
        int headWidth = sizes.headWidth();
        for (int sample = 0; sample < sizes.batch; sample++) {
            for (int head = 0; head < sizes.heads; head++) {
                for (int query = 0; query < sizes.queries; query++) {
                    double[] weights = new double[sizes.keys];
                    int atQuery = sizes.atQuery(sample, head, query);
                    for (int key = 0; key < sizes.keys; key++) {
                        int atKey = sizes.atKey(sample, head, key);
                        weights[key] = Rows.dot(q, atQuery, k, atKey, headWidth) / Math.sqrt(headWidth);
                        if (bias != null) {
                            double added = bias[(sample * sizes.heads + head) * sizes.keys + key];
                            weights[key] = (float) (weights[key] + added);
                        }
                    }
                    ReferenceActivations.softmax(weights, 0, sizes.keys);
                    visitor.visit(sample, head, query, weights);
                }
            }
        }
    }

    private static double[] attend(double[] q, double[] k, double[] v, double[] bias, Sizes sizes, Dropout dropout) {
        double[] out = new double[q.length];
        visitWeights(q, k, bias, sizes, (sample, head, query, weights) -> {
            int atQuery = sizes.atQuery(sample, head, query);
            for (int key = 0; key < sizes.keys; key++) {
                double weight = weights[key] * dropout.factor(sizes.atWeights(sample, head, query) + key);
                Rows.add(weight, v, sizes.atKey(sample, head, key), out, atQuery, sizes.headWidth());
            }
        });
        return out;
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
        Sizes sizes = Sizes.of(q, k, heads);
        int headWidth = sizes.headWidth();
        double scale = 1 / Math.sqrt(headWidth);
        double[] queries = backend.read(q);
        double[] keys = backend.read(k);
        double[] values = backend.read(v);
        double[] gradients = backend.read(dOut);
        double[] dQueries = new double[queries.length];
        double[] dKeys = new double[keys.length];
        double[] dValues = new double[values.length];
        double[] bias = keyBias == null ? null : backend.read(keyBias);
        visitWeights(queries, keys, bias, sizes, (sample, head, query, weights) -> {
            int atQuery = sizes.atQuery(sample, head, query);
            double[] dScores = new double[sizes.keys];
            for (int key = 0; key < sizes.keys; key++) {
                double factor = dropout.factor(sizes.atWeights(sample, head, query) + key);
                int atKey = sizes.atKey(sample, head, key);
                dScores[key] = factor * Rows.dot(gradients, atQuery, values, atKey, headWidth);
                Rows.add(factor * weights[key], gradients, atQuery, dValues, atKey, headWidth);
            }
            ReferenceActivations.softmaxGradient(weights, dScores, 0, sizes.keys);
            for (int key = 0; key < sizes.keys; key++) {
                int atKey = sizes.atKey(sample, head, key);
                Rows.add(scale * dScores[key], keys, atKey, dQueries, atQuery, headWidth);
                Rows.add(scale * dScores[key], queries, atQuery, dKeys, atKey, headWidth);
            }
        });
        backend.writeIfWanted(dQueries, dq);
        backend.writeIfWanted(dKeys, dk);
        backend.writeIfWanted(dValues, dv);
    }
}
