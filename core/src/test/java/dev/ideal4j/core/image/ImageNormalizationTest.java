package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import org.junit.jupiter.api.Test;

class ImageNormalizationTest {
    @Test
    void writesPlanesAtAnOffsetAndNothingElse() {
        ImageNormalization normalization =
                new ImageNormalization(new float[] {0, 0.5f, 1}, new float[] {1, 0.5f, 0.25f});
        RgbImage image = new RgbImage(2, 1, new byte[] {0, (byte) 255, 51, (byte) 255, 0, (byte) 255});
        float[] to = new float[8];

        normalization.write(image, to, 1);

        assertThat(to).containsExactly(0, 0, 1, 1, -1, (0.2f - 1) / 0.25f, 0, 0);
    }

    @Test
    void badSizesAreNamed() {
        RgbImage image = new RgbImage(2, 1, new byte[6]);
        assertThatThrownBy(() -> ImageNormalization.IMAGENET.write(image, new float[6], 1))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("room for the image: found 5 values, expected 6 values");
        assertThatThrownBy(() -> ImageNormalization.IMAGENET.write(image, new float[6], -1))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> new ImageNormalization(new float[3], new float[3]))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageStartingWith("deviation");
        assertThatThrownBy(() -> new ImageNormalization(new float[2], new float[3]))
                .isInstanceOf(InvalidInputException.class);
    }
}
