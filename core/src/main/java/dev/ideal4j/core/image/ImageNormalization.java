package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.function.IntFunction;

/**
 * Converts 8-bit samples to the input of a network, {@code (sample / 255 − mean) / deviation} per channel unless {@link #of} gives another formula, in float32
 * and planar order. The result equals that of torchvision's {@code ToTensor} and {@code Normalize} bit for bit.
 * Immutable.
 */
public final class ImageNormalization {
    /** Mean and standard deviation of ImageNet, for DINOv2 and ResNet. */
    public static final ImageNormalization IMAGENET =
            new ImageNormalization(new float[] {0.485f, 0.456f, 0.406f}, new float[] {0.229f, 0.224f, 0.225f});

    /** Mean and standard deviation of the satellite images on which some DINOv3 models were trained. */
    public static final ImageNormalization SATELLITE =
            new ImageNormalization(new float[] {0.430f, 0.411f, 0.296f}, new float[] {0.213f, 0.156f, 0.143f});

    /** Mean and standard deviation of CLIP's training images. */
    public static final ImageNormalization CLIP = new ImageNormalization(
            new float[] {0.48145466f, 0.4578275f, 0.40821073f}, new float[] {0.26862954f, 0.26130258f, 0.27577711f});

    private static final int SAMPLES = 256;

    /** The result for each of the 256 sample values, per channel. */
    private final float[][] table = new float[3][SAMPLES];

    /**
     * @param mean of red, green and blue, for samples in [0, 1]
     * @param deviation standard deviation of red, green and blue, above 0
     */
    public ImageNormalization(float[] mean, float[] deviation) {
        if (mean.length != 3 || deviation.length != 3) {
            throw new InvalidInputException(
                    "mean and deviation", mean.length + " and " + deviation.length + " values", "3 values each");
        }
        for (int c = 0; c < 3; c++) {
            if (!(deviation[c] > 0)) {
                throw new InvalidInputException("deviation", Float.toString(deviation[c]), "above 0");
            }
            for (int sample = 0; sample < SAMPLES; sample++) {
                table[c][sample] = (sample / 255f - mean[c]) / deviation[c];
            }
        }
    }

    private ImageNormalization(IntFunction<Float> value) {
        for (int sample = 0; sample < SAMPLES; sample++) {
            for (float[] channel : table) {
                channel[sample] = value.apply(sample);
            }
        }
    }

    /**
     * A normalisation by another formula, the same for each channel.
     *
     * @param value gives the result for a sample, 0 to 255
     */
    public static ImageNormalization of(IntFunction<Float> value) {
        return new ImageNormalization(value);
    }

    /** The result for each of the 256 sample values: those of red, then green, then blue. A copy. */
    public float[] table() {
        float[] all = new float[3 * SAMPLES];
        for (int c = 0; c < 3; c++) {
            System.arraycopy(table[c], 0, all, c * SAMPLES, SAMPLES);
        }
        return all;
    }

    /**
     * Writes an image as three planes (red, green, blue), each in row-major order.
     *
     * @param image the image; not modified
     * @param to receives {@code 3 · height · width} values
     * @param offset index of the first value in {@code to}
     */
    public void write(RgbImage image, float[] to, int offset) {
        byte[] samples = image.samples();
        int plane = image.width() * image.height();
        if (offset < 0 || to.length - offset < samples.length) {
            throw new InvalidInputException(
                    "room for the image", to.length - offset + " values", samples.length + " values");
        }
        float[] red = table[0];
        float[] green = table[1];
        float[] blue = table[2];
        for (int i = 0, at = 0; i < plane; i++, at += 3) {
            to[offset + i] = red[samples[at] & 0xFF];
            to[offset + plane + i] = green[samples[at + 1] & 0xFF];
            to[offset + 2 * plane + i] = blue[samples[at + 2] & 0xFF];
        }
    }
}
