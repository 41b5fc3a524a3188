package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.common.MirrorBlur;

/**
 * Images rotated about their centre, in their own size. The result is bit for bit that of OpenCV with bilinear weights of 5
 * bits and mirrored borders.
 */
final class TurnedImage {
    private static final int FRACTION = 5;
    private static final int STEPS = 1 << FRACTION;
    private static final int WEIGHT = 15;
    private static final double FIXED = 1 << 10;

    private TurnedImage() {}

    /** A reference rotated counter-clockwise, with its ignored pixels; the reference itself if the angle is 0. */
    static Reference turn(Reference reference, double degrees) {
        if (degrees == 0) {
            return reference;
        }
        Mask ignored = reference.ignored();
        return new Reference(
                reference.name(),
                reference.role(),
                turn(reference.image(), degrees),
                reference.mask(),
                ignored == null ? null : turn(ignored, degrees));
    }

    private static Mask turn(Mask mask, double degrees) {
        boolean[] pixels = mask.pixels();
        byte[] samples = new byte[3 * pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            samples[3 * i] = (byte) (pixels[i] ? 255 : 0);
        }
        byte[] turned = turn(new RgbImage(mask.width(), mask.height(), samples), degrees)
                .samples();
        boolean[] marked = new boolean[pixels.length];
        for (int i = 0; i < marked.length; i++) {
            marked[i] = turned[3 * i] < 0; // 128 or more
        }
        return new Mask(mask.width(), mask.height(), marked);
    }

    /** An image rotated counter-clockwise. */
    static RgbImage turn(RgbImage image, double degrees) {
        int width = image.width();
        int height = image.height();
        double radians = Math.toRadians(degrees);
        double cos = Math.cos(radians);
        double sin = Math.sin(radians);
        double right = (1 - cos) * width / 2 - sin * height / 2;
        double down = sin * width / 2 + (1 - cos) * height / 2;
        // the inverse rotation: from a pixel of the result to its position in the image
        double determinant = 1 / (cos * cos + sin * sin);
        double a = cos * determinant;
        double b = -sin * determinant;
        double c = -a * right - b * down;
        double f = b * right - a * down;
        byte[] turned = new byte[image.samples().length];
        for (int y = 0; y < height; y++) {
            int rowX = fixed(b * y + c) + STEPS / 2;
            int rowY = fixed(a * y + f) + STEPS / 2;
            for (int x = 0; x < width; x++) {
                int fromX = rowX + fixed(a * x) >> FRACTION;
                int fromY = rowY + fixed(-b * x) >> FRACTION;
                sample(image, fromX, fromY, turned, 3 * (y * width + x));
            }
        }
        return new RgbImage(width, height, turned);
    }

    private static int fixed(double value) {
        return (int) Math.rint(value * FIXED);
    }

    /** Interpolates between the four pixels around a position, which is given in 32nds of a pixel. */
    private static void sample(RgbImage image, int x, int y, byte[] to, int at) {
        int u = x & STEPS - 1;
        int v = y & STEPS - 1;
        int left = MirrorBlur.mirrored(x >> FRACTION, image.width());
        int right = MirrorBlur.mirrored((x >> FRACTION) + 1, image.width());
        int above = MirrorBlur.mirrored(y >> FRACTION, image.height()) * image.width();
        int below = MirrorBlur.mirrored((y >> FRACTION) + 1, image.height()) * image.width();
        byte[] samples = image.samples();
        int unit = 1 << WEIGHT - 2 * FRACTION;
        for (int channel = 0; channel < 3; channel++) {
            int sum = (STEPS - u) * (STEPS - v) * (samples[3 * (above + left) + channel] & 0xff)
                    + u * (STEPS - v) * (samples[3 * (above + right) + channel] & 0xff)
                    + (STEPS - u) * v * (samples[3 * (below + left) + channel] & 0xff)
                    + u * v * (samples[3 * (below + right) + channel] & 0xff);
            to[at + channel] = (byte) (sum * unit + (1 << WEIGHT - 1) >> WEIGHT);
        }
    }
}
