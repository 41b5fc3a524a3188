package dev.ideal4j.cli;

import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The outcome of a command.
 *
 * @param code exit code
 * @param out text on standard output
 * @param err text on standard error
 */
record CommandRun(int code, String out, String err) {
    /** Side of the images of {@link #image}, the smallest that the built-in backbone accepts. */
    static final int SIDE = 112;

    static CommandRun of(Object... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        return of(out, out, arguments);
    }

    /** Runs a command as {@link #of(Object...)}, with arguments in parts. */
    static CommandRun joined(Object[]... parts) {
        return of(Stream.of(parts).flatMap(Stream::of).toArray());
    }

    /** Runs a command as {@link #of(Object...)}, with another stream for standard output. */
    static CommandRun to(OutputStream out, Object... arguments) {
        return of(out, new ByteArrayOutputStream(), arguments);
    }

    private static CommandRun of(OutputStream stream, ByteArrayOutputStream out, Object... arguments) {
        StringWriter err = new StringWriter();
        String[] words = List.of(arguments).stream().map(Object::toString).toArray(String[]::new);
        int code = IdealCommand.run(StandardOutput.to(stream), new PrintWriter(err, true), words);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString());
    }

    List<String> lines() {
        return out.lines().toList();
    }

    /** Writes an image of noise with a square of another brightness. Returns the file. */
    static Path image(Path file, long seed, int left, int top, int side) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                boolean inside = x >= left && x < left + side && y >= top && y < top + side;
                for (int c = 0; c < 3; c++) {
                    samples[3 * (y * SIDE + x) + c] = (byte) ((inside ? 230 : 90) + random.nextInt(16));
                }
            }
        }
        ImageWriter.writePng(new RgbImage(SIDE, SIDE, samples), file);
        return file;
    }

    /** Writes an image of noise. */
    static Path image(Path file, long seed) {
        return image(file, seed, 0, 0, 0);
    }

    /** Writes the mask of a square. */
    static Path mask(Path file, int left, int top, int side) {
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int y = top; y < top + side; y++) {
            for (int i = 3 * (y * SIDE + left); i < 3 * (y * SIDE + left + side); i++) {
                samples[i] = (byte) 255;
            }
        }
        ImageWriter.writePng(new RgbImage(SIDE, SIDE, samples), file);
        return file;
    }
}
