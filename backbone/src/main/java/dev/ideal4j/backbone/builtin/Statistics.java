package dev.ideal4j.backbone.builtin;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Statistics of the descriptions of typical images. They were measured on generated images of random discs, whose
 * statistics are similar to those of photographs.
 *
 * @param deviations standard deviation of each number of a description
 * @param mean mean of the descriptions after division by {@code deviations}, appending a constant, and normalisation
 * @param spread root of the mean squared distance of such descriptions to their mean
 */
record Statistics(float[] deviations, float[] mean, float spread) {
    private static final String RESOURCE = "statistics.txt";

    /** Loads the statistics that are part of this library. */
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
}
