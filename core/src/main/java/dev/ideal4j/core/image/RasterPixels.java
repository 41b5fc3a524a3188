package dev.ideal4j.core.image;

import java.awt.Rectangle;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.PackedColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Objects;
import javax.imageio.ImageReadParam;
import javax.imageio.stream.ImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The samples of a decoded raster as stored. {@code BufferedImage.getRGB} is not used, because it converts grey and
 * images with profiles between colour spaces. Here, grey is copied to all channels, a palette is looked up, CMYK is
 * converted by multiplication, and alpha is ignored.
 */
final class RasterPixels implements Pixels {
    private final Raster raster;
    private final @Nullable ColorModel colours;
    private final boolean indexed;
    private final boolean packed;
    private final int bits;
    private final int[] raw;
    private @Nullable Object elements;

    private RasterPixels(Raster raster, @Nullable ColorModel colours) throws ImageFault {
        this.raster = raster;
        this.colours = colours;
        this.indexed = colours instanceof IndexColorModel;
        this.packed = colours instanceof PackedColorModel;
        int type = raster.getTransferType();
        boolean whole = type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT || packed;
        this.bits = indexed || packed ? 8 : whole && colours != null ? colours.getComponentSize(0) : 0;
        if (whole && (bits < 8 || bits > 16)) {
            throw new ImageFault(bits + "-bit samples", "grey of 1, 2, 4 or 8 to 16 bits, or colours of 8 to 16 bits");
        }
        this.raw = new int[raster.getNumDataElements() * raster.getWidth()];
    }

    /** Returns the samples of an image. Premultiplied alpha is divided out. */
    static Pixels of(BufferedImage image) throws ImageFault {
        ColorModel colours = image.getColorModel();
        WritableRaster raster = image.getRaster();
        if (image.isAlphaPremultiplied()) {
            raster = image.copyData(null);
            colours = colours.coerceData(raster, false);
        }
        return new RasterPixels(raster, colours);
    }

    /** Decodes the first image of a file. */
    static Pixels read(JdkReaders format, byte[] file) throws IOException {
        return read(format.create(), file, 0, null);
    }

    /**
     * Decodes an image of a file and disposes of the reader.
     *
     * @param index index of the image, from 0
     * @param part the rectangle to decode, or null for the whole image
     */
    static Pixels read(javax.imageio.ImageReader reader, byte[] file, int index, @Nullable Rectangle part)
            throws IOException {
        return read(reader, file, () -> {
            ImageReadParam wanted = reader.getDefaultReadParam();
            wanted.setSourceRegion(part);
            BufferedImage image = reader.read(index, wanted);
            return new RasterPixels(image.getRaster(), image.getColorModel());
        });
    }

    /**
     * Like {@link #read(javax.imageio.ImageReader, byte[], int, Rectangle)}, but without colour conversion, which
     * would clip the samples.
     */
    static Pixels readRaw(javax.imageio.ImageReader reader, byte[] file, int index) throws IOException {
        return read(reader, file, () -> new RasterPixels(reader.readRaster(index, null), null));
    }

    private interface Reading {
        Pixels read() throws IOException;
    }

    private static Pixels read(javax.imageio.ImageReader reader, byte[] file, Reading reading) throws IOException {
        try (ImageInputStream stream = new BoundedInput(file)) {
            reader.setInput(stream, false, true); // the pages may be stored in any order
            return reading.read();
        } finally {
            reader.dispose();
        }
    }

    @Override
    public int width() {
        return raster.getWidth();
    }

    @Override
    public int height() {
        return raster.getHeight();
    }

    @Override
    public int bits() {
        return bits;
    }

    @Override
    public void row(int y, int[] rgb) {
        elements = raster.getDataElements(0, y, raster.getWidth(), 1, elements);
        if (elements instanceof byte[] bytes) {
            for (int i = 0; i < raw.length; i++) {
                raw[i] = bytes[i] & 0xFF;
            }
        } else if (elements instanceof short[] shorts) {
            for (int i = 0; i < raw.length; i++) {
                raw[i] = shorts[i] & 0xFFFF;
            }
        } else {
            System.arraycopy((int[]) elements, 0, raw, 0, raw.length);
        }
        ColorModel model = Objects.requireNonNull(colours, "raw samples");
        if (indexed) {
            lookUp(model, rgb);
        } else if (packed) {
            unpack(model, rgb);
        } else if (model.getColorSpace().getType() == ColorSpace.TYPE_CMYK) {
            multiplyOut(rgb);
        } else {
            components(rgb);
        }
    }

    private void lookUp(ColorModel colours, int[] rgb) {
        for (int x = 0; x < raw.length; x++) {
            rgb[3 * x] = colours.getRed(raw[x]);
            rgb[3 * x + 1] = colours.getGreen(raw[x]);
            rgb[3 * x + 2] = colours.getBlue(raw[x]);
        }
    }

    /** Unpacks channels of 1 to 8 bits from one element and scales them to 8 bits with truncation, like Pillow. */
    private void unpack(ColorModel colours, int[] rgb) {
        int[] channels = new int[colours.getNumComponents()];
        for (int x = 0; x < raw.length; x++) {
            colours.getComponents(raw[x], channels, 0);
            for (int c = 0; c < 3; c++) {
                int most = (1 << colours.getComponentSize(c)) - 1;
                rgb[3 * x + c] = most == 0 ? 0 : channels[c] * 255 / most;
            }
        }
    }

    private void multiplyOut(int[] rgb) {
        int bands = raster.getNumDataElements();
        int down = bits - 8;
        for (int x = 0, at = 0; at < raw.length; x += 3, at += bands) {
            Cmyk.toRgb(raw[at] >> down, raw[at + 1] >> down, raw[at + 2] >> down, raw[at + 3] >> down, rgb, x);
        }
    }

    private void components(int[] rgb) {
        int bands = raster.getNumDataElements();
        int green = bands < 3 ? 0 : 1;
        int blue = bands < 3 ? 0 : 2;
        for (int x = 0, at = 0; at < raw.length; x += 3, at += bands) {
            rgb[x] = raw[at];
            rgb[x + 1] = raw[at + green];
            rgb[x + 2] = raw[at + blue];
        }
    }

    @Override
    public void values(int y, double[] rgb) {
        if (bits > 0) {
            Pixels.super.values(y, rgb);
            return;
        }
        int bands = raster.getNumBands();
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = raster.getSampleDouble(i / 3, y, bands < 3 ? 0 : i % 3);
        }
    }
}
