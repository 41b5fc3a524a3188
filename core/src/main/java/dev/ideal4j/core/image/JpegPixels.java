package dev.ideal4j.core.image;

import java.awt.image.DataBufferByte;
import java.awt.image.Raster;

/** The components of a JPEG, converted to RGB with libjpeg's 16-bit fixed-point arithmetic. */
final class JpegPixels implements Pixels {
    /** The colour space of the components. */
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

    JpegPixels(Raster raster, Coding coding) throws ImageFault {
        this.coding = coding;
        this.width = raster.getWidth();
        this.height = raster.getHeight();
        this.samples = ((DataBufferByte) raster.getDataBuffer()).getData();
        if (samples.length != (long) width * height * coding.components) {
            throw new ImageFault(samples.length + " samples", width + "×" + height + " times " + coding.components);
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
        int begin = y * width * coding.components;
        switch (coding) {
            case GREY -> {
                for (int x = 0; x < width; x++) {
                    int grey = samples[begin + x] & 0xFF;
                    rgb[3 * x] = grey;
                    rgb[3 * x + 1] = grey;
                    rgb[3 * x + 2] = grey;
                }
            }
            case RGB -> {
                for (int i = 0; i < 3 * width; i++) {
                    rgb[i] = samples[begin + i] & 0xFF;
                }
            }
            case YCBCR -> fromYcbcr(begin, 3, rgb);
            case CMYK -> {
                for (int x = 0; x < width; x++) {
                    for (int c = 0; c < 3; c++) {
                        rgb[3 * x + c] = samples[begin + 4 * x + c] & 0xFF;
                    }
                }
                multiplyBlack(begin, rgb);
            }
            case YCCK -> {
                fromYcbcr(begin, 4, rgb);
                for (int i = 0; i < 3 * width; i++) {
                    rgb[i] = 255 - rgb[i];
                }
                multiplyBlack(begin, rgb);
            }
        }
    }

    /** Converts YCbCr directly to bytes, because it is the most frequent coding. */
    @Override
    public void bytes(int y, byte[] rgb, int at) {
        if (coding != Coding.YCBCR) {
            Pixels.super.bytes(y, rgb, at);
            return;
        }
        for (int from = 3 * y * width, to = at; to < at + 3 * width; from += 3, to += 3) {
            int luma = samples[from] & 0xFF;
            int blue = (samples[from + 1] & 0xFF) - 128;
            int red = (samples[from + 2] & 0xFF) - 128;
            rgb[to] = (byte) clip(red(luma, red));
            rgb[to + 1] = (byte) clip(green(luma, blue, red));
            rgb[to + 2] = (byte) clip(blue(luma, blue));
        }
    }

    /** Converts CMYK to RGB. Files with four components are stored inverted by a convention of Adobe: 0 is full ink. */
    private void multiplyBlack(int begin, int[] inks) {
        for (int x = 0; x < 3 * width; x += 3) {
            int black = 255 - (samples[begin + x / 3 * 4 + 3] & 0xFF);
            Cmyk.toRgb(255 - inks[x], 255 - inks[x + 1], 255 - inks[x + 2], black, inks, x);
        }
    }

    private void fromYcbcr(int begin, int step, int[] rgb) {
        for (int x = 0; x < width; x++) {
            int at = begin + step * x;
            int luma = samples[at] & 0xFF;
            int blue = (samples[at + 1] & 0xFF) - 128;
            int red = (samples[at + 2] & 0xFF) - 128;
            rgb[3 * x] = clip(red(luma, red));
            rgb[3 * x + 1] = clip(green(luma, blue, red));
            rgb[3 * x + 2] = clip(blue(luma, blue));
        }
    }

    private static int red(int luma, int red) {
        return luma + (RED_OF_RED * red + HALF >> 16);
    }

    private static int green(int luma, int blue, int red) {
        return luma + (HALF - GREEN_OF_BLUE * blue - GREEN_OF_RED * red >> 16);
    }

    private static int blue(int luma, int blue) {
        return luma + (BLUE_OF_BLUE * blue + HALF >> 16);
    }

    private static int fixed(double factor) {
        return (int) (factor * 65536 + 0.5);
    }

    private static int clip(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
