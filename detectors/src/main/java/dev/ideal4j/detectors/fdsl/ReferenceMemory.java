package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.ArrayWeights;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of a fitted detector's references: the patches of the whole images and, with windows, the patches of the windows
 * and their image embeddings. Immutable; valid as long as the scope it was made in.
 *
 * <p>As published, the bank with which windows are compared is rounded to half precision, even if it is the bank of whole
 * images. Rounding changes the lengths of the rows, so windows search by dot product or distance and not by cosine.
 */
final class ReferenceMemory {
    private static final String WHOLE = "bank.";
    private static final String WINDOWS = "windows.";
    private static final String EMBEDDINGS = "embeddings";

    private final FdslConfig config;
    private final int channels;
    private final List<PatchBank> whole = new ArrayList<>();
    private final List<float[]> windowRows = new ArrayList<>();
    private final List<PatchBank> windows = new ArrayList<>();
    private final float[] embeddings;
    private final int embeddingWidth;

    /**
     * @param tokens contains {@code bank.l (k·N, C)} and, depending on the settings, {@code windows.l (windows · n, C)} and
     *     {@code embeddings (windows, E)}
     * @param scope owns the banks
     */
    ReferenceMemory(Weights tokens, int layers, int channels, FdslConfig config, Scope scope) {
        this.config = config;
        this.channels = channels;
        boolean withWindows = config.windows() != FdslConfig.Windows.NONE && config.windowBank();
        for (int layer = 0; layer < layers; layer++) {
            float[] rows = rows(tokens, WHOLE + layer);
            whole.add(new PatchBank(rows, channels, config.alignment(), config.unitTokens(), scope));
            if (withWindows) {
                float[] seen = rows(tokens, WINDOWS + layer);
                windowRows.add(seen);
                if (!config.imageIndex()) {
                    windows.add(rounded(seen, scope));
                }
            } else if (config.windows() != FdslConfig.Windows.NONE) {
                windows.add(rounded(rows.clone(), scope));
            }
        }
        boolean indexed = withWindows && config.imageIndex();
        this.embeddings = indexed ? tokens.read(EMBEDDINGS) : null;
        this.embeddingWidth = indexed ? embeddingWidth(tokens.shape(EMBEDDINGS)) : 0;
    }

    /** Number of floats of a window's patches in a layer. */
    private int window() {
        return config.windowGrid() * config.windowGrid() * channels;
    }

    private int embeddingWidth(Shape shape) {
        for (float[] rows : windowRows) {
            if (shape.rank() != 2 || shape.last() < 1 || rows.length != (long) shape.axis(0) * window()) {
                throw new IllegalArgumentException(
                        EMBEDDINGS + " of shape " + shape + " for windows of " + rows.length / channels + " patches");
            }
        }
        return shape.last();
    }

    /** Width of the windows' image embeddings, E; 0 without image index. */
    int embeddingWidth() {
        return embeddingWidth;
    }

    /** Makes a bank for windows. The rows are rounded in place; rounding them again has no effect. */
    private PatchBank rounded(float[] rows, Scope scope) {
        HalfPrecision.round(rows);
        return new PatchBank(rows, channels, config.alignment(), false, scope);
    }

    private float[] rows(Weights tokens, String name) {
        Shape shape = tokens.shape(name);
        if (shape.rank() != 2 || shape.axis(0) < 1 || shape.last() != channels) {
            throw new IllegalArgumentException(name + " of shape " + shape);
        }
        return tokens.read(name);
    }

    /** Adds the patches of whole images to the tokens of a memory. */
    static void putWhole(ArrayWeights tokens, int layer, Tensor rows) {
        tokens.put(WHOLE + layer, rows.shape(), rows.toArray());
    }

    /** Adds the patches of windows, rounded to half precision as published. */
    static void putWindows(ArrayWeights tokens, int layer, float[] rows, int channels) {
        HalfPrecision.round(rows);
        tokens.put(WINDOWS + layer, Shape.of(rows.length / channels, channels), rows);
    }

    /** Adds the windows' image embeddings, L2-normalised. */
    static void putEmbeddings(ArrayWeights tokens, float[] rows, int width) {
        tokens.put(EMBEDDINGS, Shape.of(rows.length / width, width), rows);
    }

    /** The patches of the references' whole images. */
    PatchBank whole(int layer) {
        return whole.get(layer);
    }

    /**
     * The bank with which the windows of a query are compared.
     *
     * @param queryEmbeddings embeddings of the query's windows, {@code (windows, E)}, L2-normalised; used with the image
     *     index only
     * @param scope owns a bank that is made for this query
     */
    PatchBank forWindows(int layer, float[] queryEmbeddings, Scope scope) {
        return config.imageIndex() ? chosen(layer, queryEmbeddings, scope) : windows.get(layer);
    }

    /** A bank of the reference windows that are nearest to each window of the query, including repetitions. */
    private PatchBank chosen(int layer, float[] queryEmbeddings, Scope scope) {
        int each = window();
        float[] all = windowRows.get(layer);
        int[] picks = nearest(queryEmbeddings, embeddings, embeddingWidth);
        float[] rows = new float[picks.length * each];
        for (int i = 0; i < picks.length; i++) {
            System.arraycopy(all, picks[i] * each, rows, i * each, each);
        }
        return rounded(rows, scope);
    }

    /**
     * For each row of {@code queries}, the index of the row of {@code references} with the largest dot product; the first
     * among equals.
     */
    static int[] nearest(float[] queries, float[] references, int width) {
        int[] picks = new int[queries.length / width];
        for (int query = 0; query < picks.length; query++) {
            double most = Double.NEGATIVE_INFINITY;
            for (int row = 0; row < references.length / width; row++) {
                double product = 0;
                for (int i = 0; i < width; i++) {
                    product += (double) queries[query * width + i] * references[row * width + i];
                }
                if (product > most) {
                    most = product;
                    picks[query] = row;
                }
            }
        }
        return picks;
    }

    @Override
    public String toString() {
        return "memory of " + whole.stream().map(PatchBank::size).toList() + " patches, "
                + Arrays.toString(windowRows.stream()
                        .mapToInt(rows -> rows.length / channels)
                        .toArray()) + " in windows";
    }
}
