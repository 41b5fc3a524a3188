package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * The style of a further product of a kind of part. Colours are turned, faded or strengthened, contrast is changed or
 * inverted, and the part is turned or mirrored. All images of a product, and their masks, have the same style.
 */
final class Style {
    private static final double MIDDLE = 0.45;

    /** Axes of colour orthogonal to grey: red against green, and both against blue. */
    private static final double[][] COLOUR = {
        {Math.sqrt(0.5), -Math.sqrt(0.5), 0}, {Math.sqrt(1 / 6.0), Math.sqrt(1 / 6.0), -2 * Math.sqrt(1 / 6.0)}
    };

    private final double turn;
    private final double saturation;
    private final double contrast;
    private final double level;
    private final boolean flipped;
    private final boolean mirrored;
    private final boolean transposed;

    private Style(Random random) {
        turn = 2 * Math.PI * random.nextDouble();
        saturation = 0.5 + random.nextDouble();
        contrast = (0.65 + 0.45 * random.nextDouble()) * (random.nextInt(3) == 0 ? -1 : 1);
        level = 0.35 + 0.25 * random.nextDouble();
        flipped = random.nextBoolean();
        mirrored = random.nextBoolean();
        transposed = random.nextBoolean();
    }

    /**
     * The style of a product of a kind of part.
     *
     * @param number number of the product; 0 is the basic product
     * @return the style, or null for 0
     */
    static Style of(String part, int number) {
        return number == 0 ? null : new Style(new Random(Noise.seed(number, part, "style")));
    }

    /** Applies the style to a lit surface of {@code size · size · 3} values. */
    float[] apply(float[] lit, int size) {
        float[] styled = new float[lit.length];
        double cos = StrictMath.cos(turn) * saturation;
        double sin = StrictMath.sin(turn) * saturation;
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int row = flipped ? size - 1 - y : y;
                int column = mirrored ? size - 1 - x : x;
                int from = 3 * (transposed ? column * size + row : row * size + column);
                double grey = (lit[from] + lit[from + 1] + lit[from + 2]) / 3;
                double u = along(COLOUR[0], lit, from);
                double v = along(COLOUR[1], lit, from);
                double turnedU = cos * u - sin * v;
                double turnedV = sin * u + cos * v;
                int to = 3 * (y * size + x);
                for (int c = 0; c < 3; c++) {
                    styled[to + c] = (float)
                            (level + contrast * (grey - MIDDLE) + turnedU * COLOUR[0][c] + turnedV * COLOUR[1][c]);
                }
            }
        }
        return styled;
    }

    private static double along(double[] axis, float[] lit, int from) {
        return axis[0] * lit[from] + axis[1] * lit[from + 1] + axis[2] * lit[from + 2];
    }
}
