package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.testing.Close;
import dev.ideal4j.core.testing.Fixture;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images, masks and maps against Pillow, torchvision and PyTorch. */
@Tag("golden")
class ImageGoldenTest {
    private static final int SIZE = 448;

    @ParameterizedTest
    @ValueSource(strings = {"gray_256x256", "palette_448x448", "rgb_300x200", "rgb_900x700", "rgba_333x517"})
    void pngIsResizedAsByPillowToTheLastBit(String name) {
        RgbImage image = ImageReader.read(Fixture.file("image/" + name + ".png"));

        RgbImage resized = PillowResize.resize(image, SIZE, SIZE, PillowResize.Filter.BICUBIC);

        assertThat(resized.samples()).isEqualTo(expected(name).samples());
    }

    @Test
    void jpegIsResizedAsByPillowWithinTwoLevels() {
        RgbImage image = ImageReader.read(Fixture.file("image/jpeg_900x700.jpg"));

        byte[] resized = PillowResize.resize(image, SIZE, SIZE, PillowResize.Filter.BICUBIC)
                .samples();

        byte[] expected = expected("jpeg_900x700").samples();
        for (int i = 0; i < expected.length; i++) {
            assertThat(Math.abs((resized[i] & 0xFF) - (expected[i] & 0xFF)))
                    .as("level at %d", i)
                    .isLessThanOrEqualTo(2);
        }
    }

    @Test
    void maskIsResizedToTheNearest() {
        Mask mask = MaskReader.read(Fixture.file("image/mask_517x333.png"));
        Mask expected = MaskReader.read(Fixture.file("image/mask_517x333.nearest448.png"));

        assertThat(expected.isEmpty()).isFalse();
        assertThat(mask.resize(SIZE, SIZE).pixels()).isEqualTo(expected.pixels());
    }

    @Test
    void normalisationIsTorchvisionsToTheLastBit() {
        String name = "rgb_300x200/normalized_rows_100_to_104";
        Fixture fixture = Fixture.open("image/image_ops.safetensors");
        RgbImage image = PillowResize.resize(
                ImageReader.read(Fixture.file("image/rgb_300x200.png")), SIZE, SIZE, PillowResize.Filter.BICUBIC);
        float[] planes = new float[1 + 3 * SIZE * SIZE];

        ImageNormalization.IMAGENET.write(image, planes, 1);

        int rows = fixture.shape(name)[1];
        float[] expected = fixture.floats(name);
        float[] actual = new float[expected.length];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(planes, 1 + (c * SIZE + 100) * SIZE, actual, c * rows * SIZE, rows * SIZE);
        }
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void mapsAreResizedAsByPytorch() {
        Fixture fixture = Fixture.open("image/image_ops.safetensors");
        int[] shape = fixture.shape("bilinear/in");
        int[] sampled = fixture.shape("bilinear/out448_rows_every_16th");
        float[] in = fixture.floats("bilinear/in");
        float[] expected = fixture.floats("bilinear/out448_rows_every_16th");
        int plane = shape[2] * shape[3];
        float[] actual = new float[expected.length];
        for (int c = 0; c < shape[1]; c++) {
            float[] values = Arrays.copyOfRange(in, c * plane, (c + 1) * plane);
            ScoreMap map = new ScoreMap(shape[3], shape[2], values).resize(SIZE, SIZE);
            for (int row = 0; row < sampled[2]; row++) {
                System.arraycopy(map.values(), 16 * row * SIZE, actual, (c * sampled[2] + row) * SIZE, SIZE);
            }
        }
        Close.assertClose("bilinear", actual, expected, 1e-5);
    }

    private static RgbImage expected(String name) {
        return ImageReader.read(Fixture.file("image/" + name + ".resized" + SIZE + ".png"));
    }
}
