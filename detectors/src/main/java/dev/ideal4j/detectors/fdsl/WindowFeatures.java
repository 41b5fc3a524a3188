package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.backbone.PixelExtractor;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.List;

/** Runs the windows of an image through the network, a few at a time. */
final class WindowFeatures {
    /** Number of windows in one forward pass. */
    private static final int BATCH = 8;

    private static final float NORM_EPS = 1e-12f;

    private final PixelExtractor extractor;
    private final FdslConfig config;
    private final WindowGrid windows;

    WindowFeatures(PixelExtractor extractor, FdslConfig config) {
        this.extractor = extractor;
        this.config = config;
        this.windows = new WindowGrid(
                extractor.gridRows(),
                extractor.gridColumns(),
                config.windowSize(),
                config.windowStride(),
                extractor.patchSize());
    }

    /** The places of the windows. */
    WindowGrid windows() {
        return windows;
    }

    /** Receives the tokens of some windows. */
    @FunctionalInterface
    interface Consumer {
        /**
         * Called in the order of the windows.
         *
         * @param first number of the first of these windows
         * @param tokens for each layer {@code (windows · n, C)}, normalised according to the settings
         * @param embeddings {@code (windows, E)}, L2-normalised; E is 0 without embedding
         * @param scope owns the tensors; closed after this call
         */
        void accept(int first, List<Tensor> tokens, Tensor embeddings, Scope scope);
    }

    /**
     * Runs all windows of an image through the network.
     *
     * @param pixels {@code (3, h, w)}, normalised
     */
    void forEach(float[] pixels, Consumer consumer) {
        for (int first = 0; first < windows.count(); first += BATCH) {
            int count = Math.min(BATCH, windows.count() - first);
            try (Scope local = extractor.backend().scope()) {
                Tensor cut = windows.cut(pixels, first, count, config.windowGrid(), local);
                PixelExtractor.Encoded encoded = extractor.encode(cut, local);
                if (encoded.embedding().shape().last() > 0) {
                    extractor.backend().normalization().l2(encoded.embedding(), NORM_EPS, encoded.embedding());
                }
                List<Tensor> tokens = LayerTokens.split(encoded.tokens(), config.unitTokens());
                consumer.accept(first, tokens, encoded.embedding(), local);
            }
        }
    }
}
