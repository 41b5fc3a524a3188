package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maps of a product on disk. */
class MapFileTest {
    @TempDir
    private Path folder;

    private static ScoreMap map(int width, int height, float first) {
        float[] values = new float[width * height];
        for (int i = 0; i < values.length; i++) {
            values[i] = first + i;
        }
        return new ScoreMap(width, height, values);
    }

    private static Mask mask(int width, int height, int... marked) {
        boolean[] pixels = new boolean[width * height];
        Arrays.stream(marked).forEach(i -> pixels[i] = true);
        return new Mask(width, height, pixels);
    }

    @Test
    void mapsOfDifferentSizesComeBackAndALaterOneCounts() throws IOException {
        Path file = folder.resolve("a.maps");
        try (MapFile maps = MapFile.open(file)) {
            maps.write(3, map(5, 2, 0), mask(5, 2, 0, 9));
            maps.write(0, map(2, 7, 1), mask(2, 7, 13));
            maps.write(3, map(4, 4, 2), mask(4, 4, 15));
        }
        // A kill in the middle of a record.
        try (FileChannel cut = FileChannel.open(file, StandardOpenOption.APPEND)) {
            cut.write(ByteBuffer.allocate(20)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(1)
                    .putInt(9)
                    .putInt(9)
                    .rewind());
        }
        try (MapFile maps = MapFile.open(file)) {
            assertThat(maps.has(1)).isFalse();
            maps.write(1, map(3, 3, 4), mask(3, 3, 8));
        }
        try (MapFile maps = MapFile.open(file)) {
            assertThat(maps.map(0)).isEqualTo(map(2, 7, 1));
            assertThat(maps.map(1)).isEqualTo(map(3, 3, 4));
            assertThat(maps.map(3)).isEqualTo(map(4, 4, 2));
            assertThat(maps.truth(0)).isEqualTo(mask(2, 7, 13));
            assertThat(maps.truth(1)).isEqualTo(mask(3, 3, 8));
            assertThat(maps.truth(3)).isEqualTo(mask(4, 4, 15));
            assertThat(maps.has(2)).isFalse();
        }
    }
}
