package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Attention;

final class ReferenceAttention implements Attention {
    private final ReferenceBackend backend;

    ReferenceAttention(ReferenceBackend backend) {
        this.backend = backend;
    }

    @Override
    public void self(Tensor qkv, int heads, Tensor out) {
        Attention.checkSelf(qkv, heads, out);
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
        backend.write(attend(parts[0], parts[1], parts[2], null, sizes), out);
    }

    @Override
    public void cross(Tensor q, Tensor k, Tensor v, Tensor keyBias, int heads, Tensor out) {
        Attention.checkCross(q, k, v, keyBias, heads, out);
        Sizes sizes = new Sizes(
                q.shape().axis(0),
                q.shape().axis(1),
                k.shape().axis(1),
                heads,
                q.shape().last());
        double[] bias = keyBias == null ? null : backend.read(keyBias);
        backend.write(attend(backend.read(q), backend.read(k), backend.read(v), bias, sizes), out);
    }

    private record Sizes(int batch, int queries, int keys, int heads, int width) {}

    private static double[] attend(double[] q, double[] k, double[] v, double[] bias, Sizes sizes) {
        int width = sizes.width;
        int headWidth = width / sizes.heads;
        double[] out = new double[q.length];
        double[] weights = new double[sizes.keys];
        for (int sample = 0; sample < sizes.batch; sample++) {
            for (int head = 0; head < sizes.heads; head++) {
                for (int query = 0; query < sizes.queries; query++) {
                    int atQuery = (sample * sizes.queries + query) * width + head * headWidth;
                    for (int key = 0; key < sizes.keys; key++) {
                        int atKey = (sample * sizes.keys + key) * width + head * headWidth;
                        weights[key] = Rows.dot(q, atQuery, k, atKey, headWidth) / Math.sqrt(headWidth);
                        if (bias != null) {
                            double added = bias[(sample * sizes.heads + head) * sizes.keys + key];
                            weights[key] = (float) (weights[key] + added);
                        }
                    }
                    ReferenceActivations.softmax(weights, 0, sizes.keys);
                    for (int key = 0; key < sizes.keys; key++) {
                        int atKey = (sample * sizes.keys + key) * width + head * headWidth;
                        Rows.add(weights[key], v, atKey, out, atQuery, headWidth);
                    }
                }
            }
        }
        return out;
    }
}
