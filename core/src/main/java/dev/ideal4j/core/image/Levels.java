package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The range of samples that maps a deep image to 8 bits, in the units of the file. Samples up to {@code low} and NaN
 * become black, samples from {@code high} on become white, and the scale between them is linear. A deep image has
 * samples of more than 8 bits, signed samples, or samples in floating-point.
 *
 * <p>All images of a product need the same levels. {@link #toString} returns the form {@code LOW..HIGH} for files and
 * command lines, which {@link #parse} reads back exactly.
 *
 * @param low the sample that becomes 0
 * @param high the sample that becomes 255; above {@code low}
 */
public record Levels(double low, double high) {
    /** Checks the range. */
    public Levels {
        if (!(low < high) || !Double.isFinite(high - low)) {
            throw new InvalidInputException("levels", low + ".." + high, "two finite numbers, the smaller one first");
        }
    }

    /**
     * Returns the range from the smallest to the largest sample of all deep images. NaN and infinite samples are
     * ignored.
     *
     * @return the levels; empty if no image is deep
     * @throws FileAccessException if a file is missing or cannot be read
     * @throws FileFormatException if the content is not an image, or all samples of the deep images are equal
     */
    public static Optional<Levels> of(List<Path> files) {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        Path deep = null;
        for (Path file : files) {
            Pixels pixels = ImageDecoder.decode(file).pixels();
            if (!pixels.isDeep()) {
                continue;
            }
            deep = file;
            double[] row = new double[3 * pixels.width()];
            for (int y = 0; y < pixels.height(); y++) {
                pixels.values(y, row);
                for (double value : row) {
                    low = Double.isFinite(value) ? Math.min(low, value) : low;
                    high = Double.isFinite(value) ? Math.max(high, value) : high;
                }
            }
        }
        if (deep != null && !(low < high)) {
            throw new FileFormatException(deep, "no two different samples", "a range of samples to take levels from");
        }
        return deep == null ? Optional.empty() : Optional.of(new Levels(low, high));
    }

    /**
     * Reads {@code LOW..HIGH}.
     *
     * @throws InvalidInputException if the text has another form
     */
    public static Levels parse(String text) {
        String[] parts = text.split("\\.\\.", -1);
        try {
            if (parts.length == 2) {
                return new Levels(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
            }
        } catch (NumberFormatException e) {
            // the message is below
        }
        throw new InvalidInputException("levels", text, "LOW..HIGH, two numbers like 0..4095");
    }

    /** Converts a sample to 8 bits. */
    byte apply(double sample) {
        return (byte) Math.round(255 * Math.max(0, Math.min(1, (sample - low) / (high - low))));
    }

    @Override
    public String toString() {
        return text(low) + ".." + text(high);
    }

    private static String text(double value) {
        return value == (long) value ? Long.toString((long) value) : Double.toString(value);
    }
}
