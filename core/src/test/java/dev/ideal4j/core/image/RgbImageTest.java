package dev.ideal4j.core.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.InvalidInputException;
import java.awt.color.ColorSpace;
import java.awt.image.BandedSampleModel;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RgbImageTest {
    private static final int WIDTH = 37;
    private static final int HEIGHT = 21;

    /** An image with random samples in all bands. */
    private static BufferedImage noise(int type) {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, type);
        WritableRaster raster = image.getRaster();
        Random random = new Random(type);
        for (int band = 0; band < raster.getNumBands(); band++) {
            int most = 1 << raster.getSampleModel().getSampleSize(band);
            for (int y = 0; y < HEIGHT; y++) {
                for (int x = 0; x < WIDTH; x++) {
                    raster.setSample(x, y, band, random.nextInt(most));
                }
            }
        }
        return image;
    }

    private static RgbImage throughPng(BufferedImage image) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(ImageIO.write(image, "png", out)).isTrue();
        return ImageReader.read(out.toByteArray(), "image.png");
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_4BYTE_ABGR,
                BufferedImage.TYPE_INT_RGB,
                BufferedImage.TYPE_INT_BGR,
                BufferedImage.TYPE_INT_ARGB
            })
    void aBufferedImageHasTheSamplesOfItsPng(int type) throws IOException {
        BufferedImage image = noise(type);
        assertThat(RgbImage.of(image)).isEqualTo(throughPng(image));
        BufferedImage part = image.getSubimage(5, 3, 20, 11);
        assertThat(RgbImage.of(part)).as("a part").isEqualTo(throughPng(part));
    }

    @Test
    void greyIsTakenAsStored() {
        BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSample(0, 0, 0, 73);
        assertThat(RgbImage.of(image).samples()).containsExactly(73, 73, 73);
    }

    @ParameterizedTest
    @ValueSource(ints = {BufferedImage.TYPE_INT_ARGB_PRE, BufferedImage.TYPE_4BYTE_ABGR_PRE})
    void alphaIsDividedOutAgain(int type) {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.setRGB(0, 0, 0x80FF4020);
        byte[] samples = RgbImage.of(image).samples();
        assertThat(samples[0] & 0xFF).isBetween(253, 255);
        assertThat(samples[1] & 0xFF).isBetween(0x3E, 0x42);
        assertThat(samples[2] & 0xFF).isBetween(0x1E, 0x22);
        assertThat(image.getRaster().getSample(0, 0, 0)).as("not modified").isEqualTo(0x80);
    }

    @Test
    void samplesInFloatingPointAreRefused() {
        ComponentColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_GRAY), false, false, 1, DataBuffer.TYPE_FLOAT);
        WritableRaster raster =
                Raster.createWritableRaster(new BandedSampleModel(DataBuffer.TYPE_FLOAT, 2, 2, 1), null);
        BufferedImage image = new BufferedImage(colours, raster, false, null);
        assertThatThrownBy(() -> RgbImage.of(image))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("floating-point");
    }

    @Test
    void equalSamplesMakeEqualImages() {
        RgbImage image = RgbImage.of(noise(BufferedImage.TYPE_3BYTE_BGR));
        assertThat(image)
                .isEqualTo(RgbImage.of(noise(BufferedImage.TYPE_3BYTE_BGR)))
                .hasSameHashCodeAs(RgbImage.of(noise(BufferedImage.TYPE_3BYTE_BGR)))
                .isNotEqualTo(new RgbImage(HEIGHT, WIDTH, image.samples()));
        assertThat(new Mask(2, 1, new boolean[] {true, false}))
                .isEqualTo(new Mask(2, 1, new boolean[] {true, false}))
                .isNotEqualTo(new Mask(2, 1, new boolean[] {true, true}));
    }
}
