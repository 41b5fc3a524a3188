package dev.ideal4j.backbone.builtin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * What the descriptions of ordinary images look like, measured once on generated ones of random discs, whose statistics are
 * near those of photographs.
 *
 * @param deviations standard deviation of each number of a description
 * @param mean of descriptions that were divided by {@code deviations}, completed by a constant and normalised
 * @param spread root of the mean squared distance of such descriptions to their mean
 */
record Statistics(float[] deviations, float[] mean, float spread) {
    private static final String RESOURCE = "statistics.txt";

    /** Those that come with the library. */
    static Statistics load() {
        try (InputStream stream = Statistics.class.getResourceAsStream(RESOURCE);
                BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.US_ASCII))) {
            float[] deviations = numbers(reader.readLine());
            float[] mean = numbers(reader.readLine());
            return new Statistics(deviations, mean, numbers(reader.readLine())[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static float[] numbers(String line) {
        String[] words = line.split(" ");
        float[] numbers = new float[words.length];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Float.parseFloat(words[i]);
        }
        return numbers;
    }

    /** As in the resource. */
    String toText() {
        return line(deviations) + "\n" + line(mean) + "\n" + spread + "\n";
    }

    private static String line(float[] numbers) {
        StringBuilder line = new StringBuilder();
        for (float number : numbers) {
            line.append(line.length() == 0 ? "" : " ").append(number);
        }
        return line.toString();
    }
}
