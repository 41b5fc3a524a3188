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
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @Test
    void bytesInMemoryAreTakenInTheirOrderWithTheirStride() {
        byte[] rows = {1, 2, 3, 4, 5, 6, 99, 7, 8, 9, 10, 11, 12};
        assertThat(RgbImage.ofRgb(rows, 2, 2, 7).samples()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(RgbImage.ofBgr(rows, 2, 2, 7).samples()).containsExactly(3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10);
        assertThat(RgbImage.ofGray(rows, 1, 2, 12).samples()).containsExactly(1, 1, 1, 12, 12, 12);

        ByteBuffer direct =
                ByteBuffer.allocateDirect(14).put((byte) 50).put(rows).position(1);
        assertThat(RgbImage.ofBgr(direct, 2, 2, 7)).isEqualTo(RgbImage.ofBgr(rows, 2, 2, 7));
        assertThat(RgbImage.ofRgb(direct.asReadOnlyBuffer(), 2, 2, 7)).isEqualTo(RgbImage.ofRgb(rows, 2, 2, 7));
        assertThat(RgbImage.ofGray(direct, 1, 2, 12)).isEqualTo(RgbImage.ofGray(rows, 1, 2, 12));
        assertThat(direct.position()).isEqualTo(1);
    }

    @Test
    void greyOf16BitsIsUnsignedAndScaledByLevels() {
        ShortBuffer samples = ShortBuffer.wrap(new short[] {7, 0, 2048, 9, 4095, (short) 65535})
                .position(1);
        assertThat(RgbImage.ofGray16(samples, 2, 2, 3, new Levels(0, 4095)).samples())
                .containsExactly(0, 0, 0, -128, -128, -128, -1, -1, -1, -1, -1, -1);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 9", "1, 0, 9", "2, 2, 5", "2, 2, 7", "4, 1, 12", "2, 2000000000, 2000000000"})
    void tooFewBytesAreRefused(int width, int height, int stride) {
        assertThatThrownBy(() -> RgbImage.ofRgb(new byte[11], width, height, stride))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining(width + "×" + height + " with a stride of " + stride + " in 11 bytes");
    }

    @Test
    void theFingerprintTellsSizesAndSamplesApart() {
        byte[] samples = {1, 2, 3, 4, 5, 6};
        RgbImage wide = new RgbImage(2, 1, samples);
        assertThat(wide.fingerprint())
                .hasSize(64)
                .isEqualTo(wide.fingerprint())
                .isEqualTo(new RgbImage(2, 1, samples.clone()).fingerprint())
                .isNotEqualTo(new RgbImage(1, 2, samples).fingerprint())
                .isNotEqualTo(new RgbImage(2, 1, new byte[] {1, 2, 3, 4, 5, 7}).fingerprint());
    }
}
