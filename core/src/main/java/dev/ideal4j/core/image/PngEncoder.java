package dev.ideal4j.core.image;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.OutputStream;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.imageio.IIOImage;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.spi.ImageWriterSpi;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes samples as PNG with the JDK's encoder; they are wrapped, not copied. */
final class PngEncoder {
    private static final ImageWriterSpi PROVIDER =
            JdkReaders.provider(ImageWriterSpi.class, "com.sun.imageio.plugins.png.PNGImageWriterSpi");

    private PngEncoder() {}

    /** Writes 8-bit RGB. */
    static void write(RgbImage image, OutputStream out) throws IOException {
        byte[] samples = image.samples();
        write(
                ColorSpace.CS_sRGB,
                new DataBufferByte(samples, samples.length),
                image.width(),
                image.height(),
                new TreeMap<>(),
                out);
    }

    /**
     * Writes 16-bit grey.
     *
     * @param text chunks of text, by keyword
     */
    static void write(int width, int height, short[] samples, SortedMap<String, String> text, OutputStream out)
            throws IOException {
        write(ColorSpace.CS_GRAY, new DataBufferUShort(samples, samples.length), width, height, text, out);
    }

    private static void write(
            int colourSpace,
            DataBuffer samples,
            int width,
            int height,
            SortedMap<String, String> text,
            OutputStream out)
            throws IOException {
        ColorModel colours = new ComponentColorModel(
                ColorSpace.getInstance(colourSpace), false, false, Transparency.OPAQUE, samples.getDataType());
        int channels = colours.getNumComponents();
        int[] offsets = channels == 1 ? new int[] {0} : new int[] {0, 1, 2};
        BufferedImage image = new BufferedImage(
                colours,
                Raster.createInterleavedRaster(samples, width, height, width * channels, channels, offsets, null),
                false,
                null);
        javax.imageio.ImageWriter writer = PROVIDER.createWriterInstance();
        try (ImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
            writer.setOutput(stream);
            IIOMetadata metadata =
                    writer.getDefaultImageMetadata(ImageTypeSpecifier.createFromRenderedImage(image), null);
            if (!text.isEmpty()) {
                metadata.mergeTree(metadata.getNativeMetadataFormatName(), textNodes(metadata, text));
            }
            writer.write(new IIOImage(image, null, metadata));
        } finally {
            writer.dispose();
        }
    }

    private static IIOMetadataNode textNodes(IIOMetadata metadata, SortedMap<String, String> text) {
        IIOMetadataNode chunks = new IIOMetadataNode("tEXt");
        text.forEach((keyword, value) -> {
            IIOMetadataNode entry = new IIOMetadataNode("tEXtEntry");
            entry.setAttribute("keyword", keyword);
            entry.setAttribute("value", value);
            chunks.appendChild(entry);
        });
        IIOMetadataNode root = new IIOMetadataNode(metadata.getNativeMetadataFormatName());
        root.appendChild(chunks);
        return root;
    }
}
