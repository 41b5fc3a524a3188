package dev.ideal4j.backbone.builtin;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/** Measures the {@link Statistics} of the built-in backbone on generated images; its {@code main} writes the resource. */
final class DeadLeaves {
    private static final int IMAGES = 12;

    private DeadLeaves() {}

    /** Writes the file named by the first argument. */
    public static void main(String[] args) throws Exception {
        try (Backend backend = Backends.open("reference")) {
            Files.writeString(Path.of(args[0]), text(measure(backend)));
        }
    }

    private static String text(Statistics statistics) {
        return line(statistics.deviations()) + "\n" + line(statistics.mean()) + "\n" + statistics.spread() + "\n";
    }

    private static String line(float[] numbers) {
        StringBuilder line = new StringBuilder();
        for (float number : numbers) {
            line.append(line.length() == 0 ? "" : " ").append(number);
        }
        return line.toString();
    }

    /** Discs over discs, their radii distributed as 1/r³: the classic stand-in for photographs. */
    static RgbImage image(int index) {
        Random random = new Random(index);
        int side = Pyramid.SIDE;
        byte[] samples = new byte[3 * side * side];
        for (int leaf = 0; leaf < 600; leaf++) {
            double radius = 1 / Math.sqrt(random.nextDouble() * (1 / 16.0 - 1 / 4e4) + 1 / 4e4);
            double x0 = side * (1.2 * random.nextDouble() - 0.1);
            double y0 = side * (1.2 * random.nextDouble() - 0.1);
            double grey = random.nextDouble();
            byte[] colour = new byte[3];
            for (int c = 0; c < 3; c++) {
                double value = 255 * (grey + 0.15 * random.nextGaussian());
                colour[c] = (byte) Math.max(0, Math.min(255, Math.round(value)));
            }
            for (int y = (int) Math.max(0, y0 - radius); y < Math.min(side, y0 + radius); y++) {
                for (int x = (int) Math.max(0, x0 - radius); x < Math.min(side, x0 + radius); x++) {
                    if ((x - x0) * (x - x0) + (y - y0) * (y - y0) < radius * radius) {
                        System.arraycopy(colour, 0, samples, 3 * (y * side + x), 3);
                    }
                }
            }
        }
        double noise = 30 * random.nextDouble();
        for (int i = 0; i < samples.length; i++) {
            double value = (samples[i] & 0xFF) + noise * random.nextGaussian();
            samples[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
        return new RgbImage(side, side, samples);
    }

    static Statistics measure(Backend backend) {
        int width = Description.width();
        float[] ones = new float[width];
        Arrays.fill(ones, 1);
        float[][] plain = describe(backend, new Statistics(ones, new float[width + 1], 1));
        float[] deviations = new float[width];
        for (int j = 0; j < width; j++) {
            double sum = 0;
            double squares = 0;
            for (float[] row : plain) {
                sum += row[j];
                squares += (double) row[j] * row[j];
            }
            double mean = sum / plain.length;
            deviations[j] = (float) Math.sqrt(squares / plain.length - mean * mean);
        }
        float[][] scaled = describe(backend, new Statistics(deviations, new float[width + 1], 1));
        double[] mean = new double[width + 1];
        double norms = 0;
        for (float[] row : scaled) {
            double norm = 0;
            for (float value : row) {
                norm += (double) value * value;
            }
            norms += 1;
            for (int j = 0; j <= width; j++) {
                mean[j] += row[j] / Math.sqrt(norm);
            }
        }
        float[] means = new float[width + 1];
        double length = 0;
        for (int j = 0; j <= width; j++) {
            means[j] = (float) (mean[j] / norms);
            length += (double) means[j] * means[j];
        }
        // Each normalised description has norm 1, so its mean squared distance to the mean is 1 − ‖mean‖².
        return new Statistics(deviations, means, (float) Math.sqrt(1 - length));
    }

    private static float[][] describe(Backend backend, Statistics statistics) {
        try (BuiltinBackbone backbone = new BuiltinBackbone(backend, Pyramid.SIDE, RandomWaves.SHARP, statistics)) {
            float[][] rows = new float[IMAGES * backbone.patches()][];
            int at = 0;
            for (int i = 0; i < IMAGES; i++) {
                try (Scope scope = backend.scope()) {
                    float[] values = backbone.describe(image(i), scope).toArray();
                    int width = values.length / backbone.patches();
                    for (int row = 0; row < backbone.patches(); row++) {
                        rows[at++] = Arrays.copyOfRange(values, row * width, (row + 1) * width);
                    }
                }
            }
            return rows;
        }
    }
}
