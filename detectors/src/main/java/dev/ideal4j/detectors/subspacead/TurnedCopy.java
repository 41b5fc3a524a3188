package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;

/**
 * Images rotated about their centre, in their own size. The result is bit for bit that of Pillow with nearest-neighbour
 * interpolation; pixels outside the image are black.
 */
final class TurnedCopy {
    private static final int FRACTION = 16;
    private static final double DECIMALS = 1e15;

    private TurnedCopy() {}

    /** A reference rotated counter-clockwise, with its ignored pixels. */
    static Reference of(Reference reference, double degrees) {
        RgbImage image = reference.image();
        int[] from = sources(image.width(), image.height(), degrees);
        Mask ignored = reference.ignored();
        return new Reference(
                reference.name(),
                reference.role(),
                turned(image, from),
                reference.mask(),
                ignored == null ? null : turned(ignored, degrees));
    }

    private static RgbImage turned(RgbImage image, int[] from) {
        byte[] samples = new byte[image.samples().length];
        for (int i = 0; i < from.length; i++) {
            if (from[i] >= 0) {
                System.arraycopy(image.samples(), 3 * from[i], samples, 3 * i, 3);
            }
        }
        return new RgbImage(image.width(), image.height(), samples);
    }

    private static Mask turned(Mask mask, double degrees) {
        int[] from = sources(mask.width(), mask.height(), degrees);
        boolean[] pixels = new boolean[from.length];
        for (int i = 0; i < from.length; i++) {
            pixels[i] = from[i] >= 0 && mask.pixels()[from[i]];
        }
        return new Mask(mask.width(), mask.height(), pixels);
    }

    /** For each pixel of the result, the index of its source pixel; −1 if the source is outside the image. */
    private static int[] sources(int width, int height, double degrees) {
        int[] from = new int[width * height];
        int quarters = degrees % 90 == 0 ? (int) (degrees / 90) % 4 : -1;
        boolean exact = quarters == 2 || quarters >= 0 && width == height;
        double radians = -Math.toRadians(degrees);
        double cos = rounded(Math.cos(radians));
        double sin = rounded(Math.sin(radians));
        double right = width / 2.0 - cos * (width / 2.0) - sin * (height / 2.0);
        double down = height / 2.0 + sin * (width / 2.0) - cos * (height / 2.0);
        long x0 = fixed(right + cos / 2 + sin / 2);
        long y0 = fixed(down - sin / 2 + cos / 2);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                long u = x0 + fixed(cos) * x + fixed(sin) * y >> FRACTION;
                long v = y0 + fixed(-sin) * x + fixed(cos) * y >> FRACTION;
                if (exact) {
                    u = switch (quarters) {
                        case 0 -> x;
                        case 1 -> width - 1 - y;
                        case 2 -> width - 1 - x;
                        default -> y;
                    };
                    v = switch (quarters) {
                        case 0 -> y;
                        case 1 -> x;
                        case 2 -> height - 1 - y;
                        default -> height - 1 - x;
                    };
                }
                boolean inside = u >= 0 && u < width && v >= 0 && v < height;
                from[y * width + x] = inside ? (int) (v * width + u) : -1;
            }
        }
        return from;
    }

    private static double rounded(double value) {
        return Math.rint(value * DECIMALS) / DECIMALS;
    }

    private static long fixed(double value) {
        return (long) Math.floor(value * (1 << FRACTION) + 0.5);
    }
}
