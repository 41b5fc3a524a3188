package dev.ideal4j.ide;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.Weights;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * The weights of a fresh encoder, drawn as the published implementation draws them (its distributions, not its
 * generator): learnable vectors from N(0, 1), the attention's joint input projection Xavier-uniform, its output projection
 * and the feed-forward layers from N(0, 0.01²) cut at ±0.03, biases 0, norms 1 and 0. The same seed gives the same weights
 * everywhere.
 */
public final class InitialEncoderWeights implements Weights {
    /** Number of deviation vectors in the published models. */
    public static final int PUBLISHED_VECTORS = 45;

    private static final double LINEAR_DEVIATION = 0.01;
    private static final double LINEAR_LIMIT = 0.03;

    private final Map<String, Shape> shapes;
    private final long seed;

    /**
     * @param vectors number of deviation vectors, M
     * @param width feature width, C
     * @param seed starts the generator
     */
    public InitialEncoderWeights(int vectors, int width, long seed) {
        this.shapes = EncoderParameters.shapes(vectors, width);
        this.seed = seed;
    }

    @Override
    public Set<String> names() {
        return shapes.keySet();
    }

    @Override
    public Shape shape(String name) {
        Shape shape = shapes.get(name);
        if (shape == null) {
            throw new InvalidInputException(origin(), "no tensor " + name, "one of " + shapes.size() + " others");
        }
        return shape;
    }

    @Override
    public float[] read(String name) {
        Shape shape = shape(name);
        float[] values = new float[Math.toIntExact(shape.size())];
        // java.util.Random and its nextGaussian are specified to the bit; a generator per tensor, so that reading one
        // does not depend on reading others.
        Random random = new Random(31 * seed + name.hashCode());
        double bound = Math.sqrt(6.0 / (shape.rows() + shape.last()));
        for (int i = 0; i < values.length; i++) {
            values[i] = switch (name) {
                case EncoderParameters.VECTORS -> (float) random.nextGaussian();
                case EncoderParameters.IN_WEIGHT -> (float) ((2 * random.nextDouble() - 1) * bound);
                case EncoderParameters.OUT_WEIGHT, EncoderParameters.FC1_WEIGHT, EncoderParameters.FC2_WEIGHT ->
                    cutGaussian(random);
                case EncoderParameters.ATTENTION_NORM_WEIGHT, EncoderParameters.OUT_NORM_WEIGHT -> 1;
                default -> 0;
            };
        }
        return values;
    }

    private static float cutGaussian(Random random) {
        double value;
        do {
            value = LINEAR_DEVIATION * random.nextGaussian();
        } while (Math.abs(value) > LINEAR_LIMIT);
        return (float) value;
    }

    @Override
    public String origin() {
        return "initial encoder weights (seed " + seed + ")";
    }
}
