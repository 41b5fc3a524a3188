package dev.ideal4j.core.image;

/** Converts CMYK to RGB by multiplication, without a colour profile. */
final class Cmyk {
    private Cmyk() {}

    /** Converts 8-bit amounts of ink, 255 for full ink. Rounds like Pillow. */
    static void toRgb(int cyan, int magenta, int yellow, int black, int[] rgb, int offset) {
        int light = 255 - black;
        rgb[offset] = light - share(cyan, light);
        rgb[offset + 1] = light - share(magenta, light);
        rgb[offset + 2] = light - share(yellow, light);
    }

    /** Returns {@code a · b / 255}, rounded. */
    private static int share(int a, int b) {
        int product = a * b + 128;
        return (product + (product >> 8)) >> 8;
    }
}
