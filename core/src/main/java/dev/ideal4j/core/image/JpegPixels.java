package dev.ideal4j.core.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/** The components of a JPEG, converted to RGB with libjpeg's 16-bit fixed-point arithmetic. */
final class JpegPixels implements Pixels {
    /** How the components make colours. */
    enum Coding {
        GREY(1),
        RGB(3),
        YCBCR(3),
        CMYK(4),
        YCCK(4);

        private final int components;

        Coding(int components) {
            this.components = components;
        }
    }

    private static final int HALF = 1 << 15;
    private static final int RED_OF_RED = fixed(1.402);
    private static final int GREEN_OF_BLUE = fixed(0.34414);
    private static final int GREEN_OF_RED = fixed(0.71414);
    private static final int BLUE_OF_BLUE = fixed(1.772);

    private final Coding coding;
    private final int width;
    private final int height;
    private final byte[] samples;

    JpegPixels(Raster raster, Coding coding) throws PictureFault {
        this.coding = coding;
        this.width = raster.getWidth();
        this.height = raster.getHeight();
        this.samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        if (samples.length != (long) width * height * coding.components) {
            throw new PictureFault(samples.length + " samples", width + "×" + height + " times " + coding.components);
        }
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int bits() {
        return 8;
    }

    @Override
    public void row(int y, int[] rgb) {
        int at = y * width * coding.components;
        for (int x = 0; x < 3 * width; x += 3, at += coding.components) {
            int first = samples[at] & 0xFF;
            switch (coding) {
                case GREY -> {
                    rgb[x] = first;
                    rgb[x + 1] = first;
                    rgb[x + 2] = first;
                }
                case RGB -> {
                    rgb[x] = first;
                    rgb[x + 1] = samples[at + 1] & 0xFF;
                    rgb[x + 2] = samples[at + 2] & 0xFF;
                }
                case YCBCR -> fromYcbcr(at, rgb, x);
                // Four components are stored inverted (as Adobe does, and as every reader takes them to be).
                case CMYK -> fromInks(first, samples[at + 1] & 0xFF, samples[at + 2] & 0xFF, at, rgb, x);
                case YCCK -> {
                    fromYcbcr(at, rgb, x);
                    fromInks(255 - rgb[x], 255 - rgb[x + 1], 255 - rgb[x + 2], at, rgb, x);
                }
            }
        }
    }

    private void fromInks(int cyan, int magenta, int yellow, int at, int[] rgb, int x) {
        Cmyk.toRgb(255 - cyan, 255 - magenta, 255 - yellow, 255 - (samples[at + 3] & 0xFF), rgb, x);
    }

    private void fromYcbcr(int at, int[] rgb, int x) {
        int luma = samples[at] & 0xFF;
        int blue = (samples[at + 1] & 0xFF) - 128;
        int red = (samples[at + 2] & 0xFF) - 128;
        rgb[x] = clip(luma + (RED_OF_RED * red + HALF >> 16));
        rgb[x + 1] = clip(luma + (HALF - GREEN_OF_BLUE * blue - GREEN_OF_RED * red >> 16));
        rgb[x + 2] = clip(luma + (BLUE_OF_BLUE * blue + HALF >> 16));
    }

    private static int fixed(double factor) {
        return (int) (factor * 65536 + 0.5);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
