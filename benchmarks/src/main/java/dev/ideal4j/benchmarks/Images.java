package dev.ideal4j.benchmarks;

import dev.ideal4j.core.image.RgbImage;
import java.util.Random;

/** Made-up images. */
final class Images {
    private Images() {}

    /** Noise. */
    static RgbImage noise(int width, int height, long seed) {
        byte[] samples = new byte[3 * width * height];
        new Random(seed).nextBytes(samples);
        return new RgbImage(width, height, samples);
    }
}
