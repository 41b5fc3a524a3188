package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.Anomaly;
import java.util.List;

/** The image scores of the published evaluation, which depend on all test pictures of a product together. */
public final class FdslScores {
    private FdslScores() {}

    /**
     * {@code (p + m′) / 2} for each picture: p its score, m′ its map's maximum, scaled from the least to the largest maximum
     * over all pictures to [0, 1].
     *
     * @param anomalies of all test pictures of a product, at least two
     */
    public static double[] overProduct(List<Anomaly> anomalies) {
        if (anomalies.size() < 2) {
            throw new InvalidInputException(
                    "pictures", Integer.toString(anomalies.size()), "two or more, to scale their maxima");
        }
        double[] most =
                anomalies.stream().mapToDouble(anomaly -> anomaly.map().max()).toArray();
        double least = Double.POSITIVE_INFINITY;
        double largest = Double.NEGATIVE_INFINITY;
        for (double value : most) {
            least = Math.min(least, value);
            largest = Math.max(largest, value);
        }
        double[] scores = new double[most.length];
        for (int i = 0; i < scores.length; i++) {
            double scaled = largest > least ? (most[i] - least) / (largest - least) : 0;
            scores[i] = (anomalies.get(i).score() + scaled) / 2;
        }
        return scores;
    }
}
