package dev.ideal4j.core.image;

/**
 * The colours of a heatmap, from dark violet over crimson and orange to pale yellow. Lightness always increases, and
 * neighbouring colours differ evenly to the eye. For this, the colours are equidistant on the curve through the control
 * points in Oklab (Ottosson 2020), where distance is perceived difference.
 */
final class ColourScale {
    /** Lightness, chroma and hue in degrees (Oklch). */
    private static final double[][] CONTROL = {
        {0.20, 0.08, 285}, {0.36, 0.16, 305}, {0.50, 0.19, 350}, {0.64, 0.19, 390}, {0.80, 0.16, 430}, {0.96, 0.11, 465}
    };

    private static final int STEPS = 256;

    /** Number of curve points between two colours. It is much larger than needed. */
    private static final int FINE = 64;

    private static final int[] TABLE = table();

    private ColourScale() {}

    /**
     * Returns the colour at a position of the scale as 0xRRGGBB. Positions outside of [0, 1] get the colour of the
     * nearer end.
     */
    static int at(float share) {
        return TABLE[Math.max(0, Math.min(STEPS - 1, (int) (share * (STEPS - 1) + 0.5)))];
    }

    private static int[] table() {
        int last = STEPS * FINE;
        double[] distance = new double[last + 1];
        for (int i = 1; i <= last; i++) {
            double[] from = oklab((double) (i - 1) / last);
            double[] to = oklab((double) i / last);
            distance[i] = distance[i - 1] + Math.hypot(Math.hypot(to[0] - from[0], to[1] - from[1]), to[2] - from[2]);
        }
        int[] table = new int[STEPS];
        int along = 0;
        for (int step = 0; step < STEPS; step++) {
            while (distance[along] < distance[last] * step / (STEPS - 1)) {
                along++;
            }
            table[step] = toRgb(oklab((double) along / last));
        }
        return table;
    }

    /**
     * Returns a point of the curve at a position from 0 to 1. Lightness, chroma and hue are interpolated linearly
     * between the control points.
     */
    private static double[] oklab(double position) {
        double scaled = position * (CONTROL.length - 1);
        int from = Math.min((int) scaled, CONTROL.length - 2);
        double[] lch = new double[3];
        for (int i = 0; i < 3; i++) {
            lch[i] = CONTROL[from][i] + (scaled - from) * (CONTROL[from + 1][i] - CONTROL[from][i]);
        }
        double hue = Math.toRadians(lch[2]);
        return new double[] {lch[0], lch[1] * Math.cos(hue), lch[1] * Math.sin(hue)};
    }

    private static int toRgb(double[] lab) {
        double l = Math.pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3);
        double m = Math.pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3);
        double s = Math.pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3);
        return encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s) << 16
                | encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s) << 8
                | encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    /** Converts linear light to an 8-bit sRGB level. */
    private static int encode(double light) {
        double level = light <= 0.0031308 ? 12.92 * light : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
        return (int) Math.max(0, Math.min(255, Math.round(255 * level)));
    }
}
