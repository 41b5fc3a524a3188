package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.InvalidInputException;

/** The image scores of the published evaluation, which depend on all test images of a product together. */
public final class FdslScores {
    private FdslScores() {}

    /**
     * {@code (p + m′) / 2} for each image, where p is its score and m′ the maximum of its map, scaled to [0, 1] from the
     * smallest to the largest maximum of all images.
     *
     * @param scores p of all test images of a product, at least two
     * @param maxima maxima of the maps, in the same order
     * @throws InvalidInputException if there are fewer than two images
     */
    public static double[] overProduct(double[] scores, double[] maxima) {
        if (scores.length < 2) {
            throw new InvalidInputException(
                    "images", Integer.toString(scores.length), "two or more, to scale their maxima");
        }
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : maxima) {
            least = Math.min(least, value);
            largest = Math.max(largest, value);
        }
        double[] both = new double[scores.length];
        for (int i = 0; i < both.length; i++) {
            double scaled = largest > least ? (maxima[i] - least) / (largest - least) : 0;
            both[i] = (scores[i] + scaled) / 2;
        }
        return both;
    }
}
