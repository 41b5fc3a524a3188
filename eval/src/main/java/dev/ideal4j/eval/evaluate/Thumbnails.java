package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Small images for reports. */
final class Thumbnails {
    private static final int LONGEST = 360;
    private static final float QUALITY = 0.85f;

    private Thumbnails() {}

    /** The image, shrunk to at most 360 pixels a side. A smaller image is returned unchanged. */
    static RgbImage of(RgbImage image) {
        double scale = (double) LONGEST / Math.max(image.width(), image.height());
        if (scale >= 1) {
            return image;
        }
        int width = (int) Math.max(1, Math.round(image.width() * scale));
        int height = (int) Math.max(1, Math.round(image.height() * scale));
        return PillowResize.resize(image, width, height, PillowResize.Filter.BICUBIC);
    }

    static byte[] jpeg(RgbImage thumbnail) {
        BufferedImage image = new BufferedImage(thumbnail.width(), thumbnail.height(), BufferedImage.TYPE_INT_RGB);
        byte[] samples = thumbnail.samples();
        for (int i = 0; i < thumbnail.width() * thumbnail.height(); i++) {
            int rgb = (samples[3 * i] & 0xff) << 16 | (samples[3 * i + 1] & 0xff) << 8 | samples[3 * i + 2] & 0xff;
            image.setRGB(i % thumbnail.width(), i / thumbnail.width(), rgb);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            settings.setCompressionQuality(QUALITY);
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
