package dev.ideal4j.kernels.reference;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.Resampling;
import java.util.stream.IntStream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.QRDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The reference against Commons Math and results known by hand. */
class ReferenceOracleTest {
    private Backend on;
    private Scope scope;

    @BeforeEach
    void open() {
        on = new ReferenceBackend();
        scope = on.scope();
    }

    @AfterEach
    void close() {
        scope.close();
        assertThat(on.liveBytes()).isZero();
        on.close();
    }

    private Tensor of(int rows, int columns, double... values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return scope.upload(floats, rows, columns);
    }

    private Tensor random(String name, int rows, int columns) {
        return scope.upload(SeededValues.uniform(name, rows * columns, 1, 0), rows, columns);
    }

    private static RealMatrix matrix(Tensor x) {
        float[] values = x.toArray();
        RealMatrix matrix = new Array2DRowRealMatrix(x.shape().rows(), x.shape().last());
        for (int i = 0; i < values.length; i++) {
            matrix.setEntry(i / x.shape().last(), i % x.shape().last(), values[i]);
        }
        return matrix;
    }

    private static float[] floats(RealMatrix x) {
        float[] values = new float[x.getRowDimension() * x.getColumnDimension()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) x.getEntry(i / x.getColumnDimension(), i % x.getColumnDimension());
        }
        return values;
    }

    @Test
    void linearByHand() {
        Tensor out = of(2, 2, 10, 20, 30, 40);
        Epilogue epilogue = new Epilogue(Activation.RELU, of(1, 2, 2, 3).reshape(2), out);
        Tensor weight = of(2, 3, 1, 0, -1, 0, 1, 1);
        on.products()
                .linear(
                        of(2, 3, 1, 2, 3, 4, 5, 6),
                        on.products().pack(weight, of(1, 2, 0.5, -6).reshape(2), scope),
                        epilogue,
                        out);
        // x Wᵀ = (−2, 5), (−2, 11); with bias (−1.5, −1), (−1.5, 5)
        assertThat(out.toArray()).containsExactly(10, 20, 30, 55);
    }

    @Test
    void productsAgreeWithCommonsMath() {
        Tensor a = random("a", 17, 31);
        Tensor b = random("b", 31, 7);
        Tensor c = random("c", 7, 31);
        Tensor out = scope.allocate(17, 7);
        on.products().multiply(a, b, out);
        assertClose("a b", out.toArray(), floats(matrix(a).multiply(matrix(b))), 1e-7);
        on.products().multiplyTransposed(a, c, out);
        assertClose("a cᵀ", out.toArray(), floats(matrix(a).multiply(matrix(c).transpose())), 1e-7);
    }

    @Test
    void orthonormalRowsAgreeWithQrByHouseholder() {
        Tensor x = random("x", 7, 31);
        RealMatrix q = new QRDecomposition(matrix(x).transpose()).getQ();
        on.products().orthonormalize(x, x);
        float[] rows = x.toArray();
        for (int row = 0; row < 7; row++) {
            double sign = Math.signum(rows[row * 31] * q.getEntry(0, row));
            for (int i = 0; i < 31; i++) {
                assertThat(rows[row * 31 + i]).isCloseTo((float) (sign * q.getEntry(i, row)), within(1e-6f));
            }
        }
    }

    @Test
    void geluAgreesWithTheErrorFunctionOfCommonsMath() {
        for (double x = -7; x <= 7; x += 0.01) {
            double expected = x * 0.5 * (1 + Erf.erf(x / Math.sqrt(2)));
            assertThat(Activation.GELU.at(x)).isCloseTo(expected, within(1e-15 + 1e-14 * x * x));
        }
        assertThat(Activation.GELU.at(1e-300)).isCloseTo(0.5e-300, within(1e-314));
        assertThat(Activation.GELU.at(Double.POSITIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Activation.GELU.at(Double.NaN)).isNaN();
    }

    @Test
    void activationsByHand() {
        Tensor x = of(1, 4, -2, 0, 1, 3);
        Tensor out = scope.allocate(1, 4);
        on.activations().apply(Activation.GELU, x, out);
        assertThat(out.toArray())
                .containsExactly(new float[] {-0.04550026f, 0, 0.84134475f, 2.9959503f}, within(1e-7f));
        on.activations().apply(Activation.RELU, x, out);
        assertThat(out.toArray()).containsExactly(0, 0, 1, 3);
        on.activations().apply(Activation.SIGMOID, x, out);
        assertThat(out.toArray()[2]).isCloseTo(0.7310586f, within(1e-7f));
        Tensor gated = scope.allocate(1, 2);
        on.activations().siluGate(x, gated);
        assertThat(gated.toArray()).containsExactly(new float[] {-0.23840584f, 0}, within(1e-7f));
        Tensor logs = of(2, 3, Math.log(1), Math.log(2), Math.log(5), 7, 7, 7);
        on.activations().softmax(logs, logs);
        assertThat(logs.toArray())
                .containsExactly(new float[] {0.125f, 0.25f, 0.625f, 1 / 3f, 1 / 3f, 1 / 3f}, within(1e-7f));
    }

    @Test
    void normalizationsByHand() {
        Tensor x = of(1, 3, 1, 2, 3);
        Tensor out = scope.allocate(1, 3);
        Tensor gamma = of(1, 3, 1, 1, 2).reshape(3);
        Tensor beta = of(1, 3, 0, 5, 0).reshape(3);
        on.normalization().layerNorm(x, gamma, beta, 0, out);
        float edge = (float) Math.sqrt(1.5);
        assertThat(out.toArray()).containsExactly(new float[] {-edge, 5, 2 * edge}, within(1e-6f));
        Tensor y = of(3, 2, 3, 4, 0, 0, 3e-5, 4e-5);
        on.normalization().l2(y, 1e-4f, y);
        assertThat(y.toArray()).containsExactly(new float[] {0.6f, 0.8f, 0, 0, 0.3f, 0.4f}, within(1e-6f));
    }

    @Test
    void attentionByHand() {
        // Two heads of one channel: scores q·k; of the first head (ln 1, ln 3), of the second (0, 0).
        Tensor q = of(1, 2, 1, 0).reshape(1, 1, 2);
        Tensor k = of(2, 2, 0, 5, Math.log(3), 6).reshape(1, 2, 2);
        Tensor v = of(2, 2, 4, 10, 8, 20).reshape(1, 2, 2);
        Tensor out = scope.allocate(1, 1, 2);
        on.attention().cross(q, k, v, null, 2, out);
        assertThat(out.toArray()).containsExactly(new float[] {7, 15}, within(1e-5f));
        Tensor bias = of(2, 2, 0, -1e9, -1e9, -1e9).reshape(1, 2, 2);
        on.attention().cross(q, k, v, bias, 2, out);
        assertThat(out.toArray()).containsExactly(new float[] {4, 15}, within(1e-5f));
    }

    @Test
    void selfAttentionIsCrossAttentionOfItsParts() {
        float[] packed = SeededValues.uniform("qkv", 2 * 5 * 36, 2, 0);
        float[][] parts = new float[3][2 * 5 * 12];
        for (int i = 0; i < packed.length; i++) {
            parts[i % 36 / 12][i / 36 * 12 + i % 12] = packed[i];
        }
        Tensor self = scope.allocate(2, 5, 12);
        on.attention().self(scope.upload(packed, 2, 5, 36), 3, self);
        Tensor cross = scope.allocate(2, 5, 12);
        on.attention()
                .cross(
                        scope.upload(parts[0], 2, 5, 12),
                        scope.upload(parts[1], 2, 5, 12),
                        scope.upload(parts[2], 2, 5, 12),
                        null,
                        3,
                        cross);
        assertThat(self.toArray()).containsExactly(cross.toArray());
    }

    @Test
    void neighboursByHand() {
        Tensor references = of(6, 2, 2, 0, 0, 3, 5, 0, Double.NaN, 1, 0, 0, -1, 0);
        Tensor cosines = scope.allocate(2, 6);
        Indices nearest = scope.allocateIndices(2, 6);
        Tensor queries = of(2, 2, 1, 0, 0, 0);
        on.neighbours().topK(queries, on.neighbours().index(references, scope), 6, cosines, nearest);
        assertThat(nearest.toArray()).containsExactly(0, 2, 1, 4, 5, 3, 0, 1, 2, 4, 5, 3);
        float nan = Float.NaN;
        assertThat(cosines.toArray()).containsExactly(1, 1, 0, 0, -1, nan, 0, 0, 0, 0, 0, nan);
    }

    /** Erasing along the leading right singular vectors of X, found by another library's other decomposition. */
    @Test
    void localPcaAgreesWithSingularVectors() {
        int k = 12;
        int width = 31;
        int rank = 4;
        Tensor target = random("target", 1, width);
        Tensor references = random("references", k, width);
        Tensor similarities = random("similarities", 1, k);
        Indices indices = scope.allocateIndices(1, k);
        indices.write(IntStream.range(0, k).map(i -> k - 1 - i).toArray());
        Tensor out = scope.allocate(1, width);
        on.localPca().erase(target, references, similarities, indices, rank, 0.8f, out);

        RealVector w = matrix(similarities).getRowVector(0).map(Math::exp);
        w = w.mapDivide(w.getL1Norm());
        RealVector centre = new ArrayRealVector(width);
        for (int i = 0; i < k; i++) {
            centre = centre.add(matrix(references).getRowVector(k - 1 - i).mapMultiply(w.getEntry(i)));
        }
        RealMatrix x = new Array2DRowRealMatrix(k, width);
        for (int i = 0; i < k; i++) {
            RealVector difference = matrix(references).getRowVector(k - 1 - i).subtract(centre);
            x.setRowVector(i, difference.mapMultiply(Math.sqrt(w.getEntry(i))));
        }
        RealMatrix v = new SingularValueDecomposition(x).getV();
        RealVector d = matrix(target).getRowVector(0).subtract(centre);
        RealVector clean = d;
        for (int i = 0; i < rank; i++) {
            RealVector u = v.getColumnVector(i);
            clean = clean.subtract(u.mapMultiply(0.8 * u.dotProduct(d)));
        }
        assertClose("clean", out.toArray(), floats(new Array2DRowRealMatrix(clean.toArray()).transpose()), 1e-6);
    }

    /** Neighbours that differ along one line: all of it is erased, and the rank beyond it changes nothing. */
    @Test
    void localPcaLeavesNoiseDirectionsAlone() {
        Tensor references = of(3, 3, 1, 1, 1, 2, 1, 1, 4, 1, 1);
        Tensor target = of(1, 3, 9, 3, 1.5);
        Tensor similarities = of(1, 3, 0.9, 0.8, 0.7);
        Indices indices = scope.allocateIndices(1, 3);
        indices.write(new int[] {0, 1, 2});
        Tensor out = scope.allocate(1, 3);
        for (int rank = 1; rank <= 3; rank++) {
            on.localPca().erase(target, references, similarities, indices, rank, 1, out);
            assertThat(out.toArray()).containsExactly(new float[] {0, 2, 0.5f}, within(1e-6f));
        }
    }

    @Test
    void deviationsByHand() {
        Tensor vectors = of(2, 3, 2, 0, 0, 0, 1, 0);
        Tensor residual = of(3, 3, 1, 0, 0, 0, 0, 7, 1, 1, 0).reshape(1, 3, 3);
        Tensor out = scope.allocate(1, 3, 3);
        on.deviations().project(residual, vectors, out);
        assertThat(out.toArray()).containsExactly(4, 0, 0, 0, 0, 0, 4, 1, 0);
        Tensor distance = scope.allocate(1, 3);
        on.deviations().distance(residual, vectors, distance);
        // The last: between (1, 1)/√2 and (4, 1)/√17, whose cosine is 5/√34.
        float last = (float) (0.5 * Math.sqrt(2 - 2 * 5 / Math.sqrt(34)));
        assertThat(distance.toArray()).containsExactly(new float[] {0, 0.5f, last}, within(1e-6f));
        Tensor scores = scope.allocate(1, 3);
        on.deviations().patchScore(distance, of(1, 3, 1, -1, 0), scores);
        assertThat(scores.toArray())
                .containsExactly(new float[] {0.5f, 0.75f, 0.5f * (1 - last + 0.5f)}, within(1e-6f));
        on.deviations().patchScore(null, of(1, 3, 1, -1, 0), scores);
        assertThat(scores.toArray()).containsExactly(0, 1, 0.5f);
    }

    @Test
    void bilinearByHand() {
        Tensor x = of(2, 2, 1, 2, 3, 4).reshape(1, 2, 2);
        Tensor out = scope.allocate(1, 4, 4);
        on.resampling().bilinear(x, out);
        assertThat(out.toArray())
                .containsExactly(
                        1, 1.25f, 1.75f, 2, 1.5f, 1.75f, 2.25f, 2.5f, 2.5f, 2.75f, 3.25f, 3.5f, 3, 3.25f, 3.75f, 4);
    }

    @Test
    void blurOfAnImpulseIsTheProductOfTheWeights() {
        double[] weights = Resampling.gaussianWeights(1);
        assertThat(weights).hasSize(5);
        float[] impulse = new float[11 * 11];
        impulse[5 * 11 + 5] = 1;
        Tensor x = scope.upload(impulse, 1, 11, 11);
        on.resampling().gaussianBlur(x, 1, x);
        float[] result = x.toArray();
        double sum = 0;
        for (int row = 0; row < 11; row++) {
            for (int column = 0; column < 11; column++) {
                int down = Math.abs(row - 5);
                int across = Math.abs(column - 5);
                double expected = down > 4 || across > 4 ? 0 : weights[down] * weights[across];
                assertThat(result[row * 11 + column]).isCloseTo((float) expected, within(1e-8f));
                sum += result[row * 11 + column];
            }
        }
        assertThat(sum).isCloseTo(1, within(1e-6));
    }

    /** A window of 9 over 2 pixels, which are seen as {@code a b b a [a b] b a a b}. */
    @Test
    void blurMirrorsPeriodically() {
        double[] w = Resampling.gaussianWeights(1);
        Tensor x = of(1, 2, 1, 0).reshape(1, 1, 2);
        on.resampling().gaussianBlur(x, 1, x);
        double own = w[0] + w[1] + w[3] + 2 * w[4]; // a lies at −4, −1, 0, 3 and 4
        assertThat(x.toArray()[0] + x.toArray()[1]).isCloseTo(1, within(1e-6f));
        assertThat(x.toArray()[0]).isCloseTo((float) own, within(1e-6f));
    }

    @Test
    void patchesByHand() {
        float[] image = new float[2 * 2 * 4];
        for (int i = 0; i < image.length; i++) {
            image[i] = i;
        }
        Tensor out = scope.allocate(1, 2, 8);
        on.convolution().patches(scope.upload(image, 1, 2, 2, 4), 2, out);
        assertThat(out.toArray()).containsExactly(0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15);
    }

    @Test
    void reductionsByHand() {
        Tensor x = of(3, 4, 1, 4, 2, 3, -1, -2, -3, -4, 5, Double.NaN, 0, 0);
        Tensor out = scope.allocate(3);
        on.reductions().topMean(x, 2, out);
        assertThat(out.toArray()).containsExactly(3.5f, -1.5f, Float.NaN);
        on.reductions().norm(of(3, 2, 3, 4, 0, 0, 1, Double.NaN), out);
        assertThat(out.toArray()).containsExactly(5, 0, Float.NaN);
    }
}
