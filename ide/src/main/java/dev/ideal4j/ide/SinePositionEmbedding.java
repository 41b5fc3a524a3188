package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import java.util.List;

/**
 * Sine position embedding of patches (IDEAL, §IDE). Positions count the patches <em>outside</em> the mask: y down a
 * patch's column and x along its row. Each count is divided by the count at the end of its column or row and multiplied
 * by 2π. The first half of the features encodes y, and the second half encodes x. Feature f of a half is the sine (f
 * even) or cosine (f odd) of the position divided by {@code 10000^(2⌊f/2⌋ / (C/2))}. Immutable.
 */
public final class SinePositionEmbedding {
    private static final double TEMPERATURE = 10000;

    /** A number that is added to the last count before dividing by it. */
    private static final double EPS = 1e-6;

    private final int patches;

    /** For each reference, y and x of each patch. */
    private final double[][] positions;

    private final double[] divisors;

    /**
     * Prepares the embeddings of a sample's references in the order in which the published implementation adds them to
     * the keys. The keys are ordered (reference, patch) and the embeddings (patch, reference), so key row ρ gets the
     * embedding of patch ⌊ρ/a⌋ in reference ρ mod a. With one reference, both orders are the same.
     *
     * @param masks for each reference, the patches that are not counted; all masks have the same size
     * @param width feature width C, even
     * @throws InvalidInputException if the width is odd or below 2
     */
    SinePositionEmbedding(List<PatchMask> masks, int width) {
        if (width < 2 || width % 2 != 0) {
            throw new InvalidInputException("feature width", Integer.toString(width), "an even number, 2 or more");
        }
        this.patches = masks.get(0).size();
        this.positions = masks.stream().map(SinePositionEmbedding::positions).toArray(double[][]::new);
        this.divisors = divisors(width / 2);
    }

    /**
     * Returns all embeddings of a sample, row-major.
     *
     * @param masks the masks of a references, of the same size
     * @param width feature width C, even
     * @return {@code (a·N, C)}
     */
    public static float[] of(List<PatchMask> masks, int width) {
        SinePositionEmbedding embedding = new SinePositionEmbedding(masks, width);
        int rows = masks.size() * embedding.patches;
        float[] out = new float[rows * width];
        for (int row = 0; row < rows; row++) {
            embedding.write(row, out, row * width);
        }
        return out;
    }

    /** Returns the embeddings of one image, {@code (N, C)}. See {@link #of(List, int)}. */
    public static float[] of(PatchMask mask, int width) {
        return of(List.of(mask), width);
    }

    /** Writes the C numbers of key row ρ. */
    void write(int row, float[] to, int at) {
        int patch = row / positions.length;
        double[] own = positions[row % positions.length];
        for (int axis = 0; axis < 2; axis++) {
            double position = own[2 * patch + axis];
            int first = at + axis * divisors.length;
            for (int f = 0; f < divisors.length; f++) {
                double angle = position / divisors[f];
                to[first + f] = (float) (f % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
            }
        }
    }

    /** Returns y and x of each patch. */
    private static double[] positions(PatchMask mask) {
        double[] positions = new double[2 * mask.size()];
        for (int column = 0; column < mask.columns(); column++) {
            count(mask, column, mask.columns(), mask.rows(), positions, 0);
        }
        for (int row = 0; row < mask.rows(); row++) {
            count(mask, row * mask.columns(), 1, mask.columns(), positions, 1);
        }
        return positions;
    }

    /** Counts along one row or column of the grid: {@code length} patches, starting with patch {@code first}. */
    private static void count(PatchMask mask, int first, int step, int length, double[] positions, int axis) {
        int last = 0;
        for (int i = 0; i < length; i++) {
            last += mask.marked(first + i * step) ? 0 : 1;
        }
        int count = 0;
        for (int i = 0; i < length; i++) {
            int patch = first + i * step;
            count += mask.marked(patch) ? 0 : 1;
            positions[2 * patch + axis] = count / (last + EPS) * 2 * Math.PI;
        }
    }

    private static double[] divisors(int count) {
        double[] divisors = new double[count];
        for (int f = 0; f < count; f++) {
            divisors[f] = StrictMath.pow(TEMPERATURE, 2.0 * (f / 2) / count);
        }
        return divisors;
    }
}
