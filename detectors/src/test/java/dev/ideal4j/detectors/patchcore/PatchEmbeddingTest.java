package dev.ideal4j.detectors.patchcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.GivenFeatures;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatchEmbeddingTest {
    private static final int ROWS = 4;
    private static final int COLUMNS = 5;
    private static final int WIDTH = 3;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 13})
    void eachFeatureIsTheMeanOfItsNeighbourhoodWithZerosOutside(int side) {
        Random random = new Random(side);
        float[] features = new float[ROWS * COLUMNS * WIDTH];
        for (int i = 0; i < features.length; i++) {
            features[i] = random.nextFloat();
        }
        float[] embedded;
        try (Backend backend = Backends.open("cpu")) {
            PatchEmbedding embedding = new PatchEmbedding(PatchCoreConfig.PUBLISHED.withNeighbourhood(side));
            embedded = embedding.of(features, new GivenFeatures(backend, ROWS, COLUMNS, 8, WIDTH, "given"));
        }
        for (int i = 0; i < features.length; i++) {
            int row = i / WIDTH / COLUMNS;
            int column = i / WIDTH % COLUMNS;
            double sum = 0;
            for (int y = Math.max(0, row - side / 2); y <= Math.min(ROWS - 1, row + side / 2); y++) {
                for (int x = Math.max(0, column - side / 2); x <= Math.min(COLUMNS - 1, column + side / 2); x++) {
                    sum += features[(y * COLUMNS + x) * WIDTH + i % WIDTH];
                }
            }
            assertThat((double) embedded[i]).as("value " + i).isCloseTo(sum / (side * side), within(1e-6));
        }
    }
}
