package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Patch tokens by layer. */
final class LayerTokens {
    private static final float NORM_EPS = 1e-12f;

    private LayerTokens() {}

    /**
     * Separates features that consist of the channels of several layers side by side.
     *
     * @param features {@code (b, N, L · C)}
     * @param unit whether each token is L2-normalised
     * @param scope owns the result
     * @return for each layer {@code (b · N, C)}
     */
    static List<Tensor> of(Tensor features, int layers, boolean unit, Scope scope) {
        Backend backend = features.backend();
        int rows = features.shape().rows();
        int channels = features.shape().last() / layers;
        Tensor apart = scope.allocate(layers, rows, channels);
        try (Scope local = backend.scope()) {
            Tensor columns = local.allocate(layers, channels, rows);
            backend.products()
                    .transpose(
                            features.reshape(1, rows, layers * channels), columns.reshape(1, layers * channels, rows));
            backend.products().transpose(columns, apart);
        }
        return split(apart, unit);
    }

    /**
     * Splits {@code (L, b, N, C)} or {@code (L, r, C)} into one tensor {@code (r, C)} for each layer. If {@code unit} is
     * true, the tokens are normalised in place.
     */
    static List<Tensor> split(Tensor tokens, boolean unit) {
        int layers = tokens.shape().axis(0);
        int channels = tokens.shape().last();
        int rows = tokens.shape().rows() / layers;
        List<Tensor> split = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            Tensor one = tokens.slice(layer, 1).reshape(rows, channels);
            if (unit) {
                tokens.backend().normalization().l2(one, NORM_EPS, one);
            }
            split.add(one);
        }
        return split;
    }
}
