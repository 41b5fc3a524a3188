package dev.ideal4j.core.image;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes images and maps. Files are written atomically: a temporary file in the same folder is renamed when it is
 * complete. Inputs are not modified.
 */
public final class ImageWriter {
    private ImageWriter() {}

    /**
     * Writes an image as 8-bit RGB PNG.
     *
     * @throws FileAccessException if the file cannot be written
     */
    public static void writePng(RgbImage image, Path file) {
        AtomicFile.write(
                file,
                out -> PngEncoder.write(
                        PngEncoder.Kind.RGB_8, image.width(), image.height(), image.samples(), Map.of(), out));
    }

    /**
     * Writes a mask as 8-bit RGB PNG: white for pixels that are set, black for others.
     *
     * @throws FileAccessException if the file cannot be written
     */
    public static void writePng(Mask mask, Path file) {
        byte[] samples = new byte[3 * mask.pixels().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (mask.pixels()[i / 3] ? 255 : 0);
        }
        writePng(new RgbImage(mask.width(), mask.height(), samples), file);
    }

    /**
     * Writes a map as 16-bit grey PNG. Scores up to {@code min} and NaN become 0, scores from {@code max} on become
     * 65535, and the scale between them is linear. The text chunks {@code score-min} and {@code score-max} hold the two
     * limits, so that {@code score = min + sample / 65535 · (max − min)}.
     *
     * @param max above {@code min}
     * @throws FileAccessException if the file cannot be written
     */
    public static void writePng(ScoreMap map, float min, float max, Path file) {
        ScoreMap.checkRange(min, max);
        AtomicFile.write(file, out -> writePng(map, min, max, out));
    }

    /**
     * Like {@link #writePng(ScoreMap, float, float, Path)}, to a stream.
     *
     * @param out not closed
     * @throws IOException if the stream fails
     */
    public static void writePng(ScoreMap map, float min, float max, OutputStream out) throws IOException {
        ScoreMap.checkRange(min, max);
        byte[] samples = new byte[2 * map.values().length];
        for (int i = 0; i < samples.length; i += 2) {
            double share = ((double) map.values()[i / 2] - min) / ((double) max - min);
            int sample = (int) Math.round(65535 * Math.max(0, Math.min(1, share)));
            samples[i] = (byte) (sample >> 8);
            samples[i + 1] = (byte) sample;
        }
        Map<String, String> range =
                new TreeMap<>(Map.of("score-min", Float.toString(min), "score-max", Float.toString(max)));
        PngEncoder.write(PngEncoder.Kind.GREY_16, map.width(), map.height(), samples, range, out);
    }
}
