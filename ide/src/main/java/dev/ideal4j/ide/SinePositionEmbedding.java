package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import java.util.List;

/**
 * Sine position embedding of patches (IDEAL, §IDE). Positions count the patches <em>outside</em> the mask: y down a
 * patch's column, x along its row, each divided by the count at the end of its column or row, times 2π. Half of the
 * features encode y, then half x: feature f is the sine (f even) or cosine (f odd) of the position over {@code
 * 10000^(2⌊f/2⌋ / (C/2))}.
 */
public final class SinePositionEmbedding {
    private static final double TEMPERATURE = 10000;

    /** Added to the last count before dividing by it. */
    private static final double EPS = 1e-6;

    private SinePositionEmbedding() {}

    /**
     * The embedding of one picture.
     *
     * @param mask which patches not to count
     * @param width feature width C, even
     * @return {@code (N, C)}
     */
    public static float[] of(PatchMask mask, int width) {
        if (width < 2 || width % 2 != 0) {
            throw new InvalidInputException("feature width", Integer.toString(width), "an even number, 2 or more");
        }
        int rows = mask.rows();
        int columns = mask.columns();
        double[] divisors = divisors(width / 2);
        float[] out = new float[mask.size() * width];
        for (int column = 0; column < columns; column++) {
            encodeLine(mask, column, columns, rows, divisors, out, 0);
        }
        for (int row = 0; row < rows; row++) {
            encodeLine(mask, row * columns, 1, columns, divisors, out, width / 2);
        }
        return out;
    }

    /**
     * The embeddings of a sample's references as the published implementation adds them to the keys: the keys lie
     * (reference, patch), the embeddings (patch, reference), so key row ρ gets the embedding of patch ⌊ρ/a⌋ in reference ρ
     * mod a. With one reference both orders are the same.
     *
     * @param masks the masks of a references, of one size
     * @param width feature width C, even
     * @return {@code (a·N, C)}
     */
    public static float[] of(List<PatchMask> masks, int width) {
        int references = masks.size();
        int patches = masks.get(0).size();
        float[] out = new float[references * patches * width];
        for (int reference = 0; reference < references; reference++) {
            float[] embedding = of(masks.get(reference), width);
            for (int patch = 0; patch < patches; patch++) {
                System.arraycopy(embedding, patch * width, out, (patch * references + reference) * width, width);
            }
        }
        return out;
    }

    /** Encodes the positions on one row or column of the grid: {@code length} patches from {@code first} on. */
    private static void encodeLine(
            PatchMask mask, int first, int step, int length, double[] divisors, float[] out, int feature) {
        int width = 2 * divisors.length;
        int last = 0;
        for (int i = 0; i < length; i++) {
            last += mask.marked(first + i * step) ? 0 : 1;
        }
        int count = 0;
        for (int i = 0; i < length; i++) {
            int patch = first + i * step;
            count += mask.marked(patch) ? 0 : 1;
            double position = count / (last + EPS) * 2 * Math.PI;
            for (int f = 0; f < divisors.length; f++) {
                double angle = position / divisors[f];
                out[patch * width + feature + f] = (float) (f % 2 == 0 ? StrictMath.sin(angle) : StrictMath.cos(angle));
            }
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
