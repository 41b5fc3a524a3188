package dev.ideal4j.detectors.nagl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.NormalizationFunctions;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.ide.SinePositionEmbedding;
import java.util.Arrays;
import java.util.Map;

/**
 * The part of {@link NaglHead} that processes queries, anomaly feature learning (AFL). Residual proxies attend to the
 * residuals of a query with respect to the normal references and become anomaly proxies, with which the query is compared.
 */
final class AnomalyLearning {
    private static final String NAME = "afl";

    private final ProxyAttention attention;

    /**
     * Creates the parameters under their published names.
     *
     * @param width feature width, C, even
     * @param heads attention heads, a divisor of the width
     */
    AnomalyLearning(Parameters parameters, int width, int heads) {
        if (heads < 1 || width % heads != 0) {
            throw new InvalidInputException("heads", Integer.toString(heads), "a divisor of the width " + width);
        }
        this.attention = new ProxyAttention(parameters, NAME, width, heads);
    }

    /** Adds the names and shapes of the parameters. */
    static void shapes(int width, Map<String, Shape> shapes) {
        ProxyAttention.shapes(NAME, width, shapes);
    }

    /** Position embedding of a query's patches, {@code (rows · columns, C)}. */
    static Tensor positions(int rows, int columns, int width, Scope scope) {
        PatchMask none = PatchMask.of(rows, columns, new boolean[rows * columns]);
        return scope.upload(SinePositionEmbedding.of(none, width), rows * columns, width);
    }

    /**
     * Computes the anomaly proxies and compares the query with them.
     *
     * @param residualProxies {@code (b, P, C)}
     * @param query features of the query, {@code (b, N, C)}
     * @param residuals residuals of the query, {@code (b, N, C)}
     * @param positions result of {@link #positions}
     * @return similarity of each patch to the anomaly proxies, {@code (b, N)}: the mean of {@code ½(1 + cosine)}
     */
    Variable similarity(Variable residualProxies, Tensor query, Tensor residuals, Tensor positions) {
        Tape tape = residualProxies.tape();
        int samples = query.shape().axis(0);
        int proxies = residualProxies.shape().axis(1);
        Tensor keys = tape.scope().allocate(residuals.shape());
        tape.backend().activations().add(residuals, 1, positions, keys);
        Variable anomaly = attention.apply(residualProxies, keys, query, null);

        Variable unit = NormalizationFunctions.l2(anomaly, Neighbours.NORM_EPS);
        float[] shares = new float[samples * proxies];
        Arrays.fill(shares, 1f / proxies);
        Variable share = tape.constant(tape.scope().upload(shares, samples, 1, proxies));
        Variable mean = ProductFunctions.multiply(share, unit);
        Tensor unitQuery = tape.scope().allocate(query.shape());
        tape.backend().normalization().l2(query, Neighbours.NORM_EPS, unitQuery);
        Variable cosine = ProductFunctions.multiplyTransposed(tape.constant(unitQuery), mean);
        return ActivationFunctions.affine(
                ShapeFunctions.reshape(cosine, samples, query.shape().axis(1)), 0.5f, 0.5f);
    }
}
