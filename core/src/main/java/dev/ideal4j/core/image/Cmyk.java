package dev.ideal4j.core.image;

/** Ink amounts to light, without a colour profile: what a screen shows when each ink takes its share away. */
final class Cmyk {
    private Cmyk() {}

    /** Converts 8-bit amounts, 255 for full ink; rounds as Pillow does. */
    static void toRgb(int cyan, int magenta, int yellow, int black, int[] rgb, int offset) {
        int light = 255 - black;
        rgb[offset] = light - share(cyan, light);
        rgb[offset + 1] = light - share(magenta, light);
        rgb[offset + 2] = light - share(yellow, light);
    }

    /** {@code a · b / 255}, rounded. */
    private static int share(int a, int b) {
        int product = a * b + 128;
        return (product + (product >> 8)) >> 8;
    }
}
