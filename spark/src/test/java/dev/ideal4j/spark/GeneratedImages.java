package dev.ideal4j.spark;

import dev.ideal4j.cli.IdealCommand;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.ChildJvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Images of noise, some with a bright square, and what the command line makes of them. */
final class GeneratedImages {
    static final List<String> VECTOR = List.of("--add-modules", "jdk.incubator.vector", "-Xmx512m");

    /** The smallest side that the built-in backbone takes. */
    static final int SIDE = 112;

    private GeneratedImages() {}

    /** An image; each third has a defect. */
    static RgbImage image(int number) {
        SplittableRandom random = new SplittableRandom(number);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < SIDE * SIDE; i++) {
            for (int c = 0; c < 3; c++) {
                samples[3 * i + c] = (byte) ((isDefect(number, i) ? 230 : 90) + random.nextInt(16));
            }
        }
        return new RgbImage(SIDE, SIDE, samples);
    }

    private static boolean isDefect(int number, int pixel) {
        int x = pixel % SIDE - (10 + number % 61);
        int y = pixel / SIDE - (20 + number % 37);
        return number % 3 == 0 && x >= 0 && x < 30 && y >= 0 && y < 24;
    }

    /** The mask of an image's defect. */
    static Mask mask(int number) {
        boolean[] pixels = new boolean[SIDE * SIDE];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = isDefect(number, i);
        }
        return new Mask(SIDE, SIDE, pixels);
    }

    /** Writes images {@code first} to {@code end - 1} as {@code NUMBER.png}. */
    static Path write(Path folder, int first, int end) throws IOException {
        Files.createDirectories(folder);
        for (int i = first; i < end; i++) {
            ImageWriter.writePng(image(i), folder.resolve(String.format("%05d.png", i)));
        }
        return folder;
    }

    /** Good images to fit to: numbers that are no multiples of 3. */
    static Path good(Path folder, int seed) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < 8; i++) {
            ImageWriter.writePng(image(100_000 + 3 * (10 * seed + i)), folder.resolve("good" + i + ".png"));
        }
        return folder;
    }

    /** Fits by {@code ideal fit}. */
    static Path fit(Path good, Path fitted, String... more) throws IOException, InterruptedException {
        ideal(Stream.concat(
                        Stream.of(
                                "fit",
                                "--normal",
                                good.toString(),
                                "--save",
                                fitted.toString(),
                                "--size",
                                "112",
                                "--max-false-alarms",
                                "20%"),
                        Stream.of(more))
                .toArray(String[]::new));
        return fitted;
    }

    /** Runs the command line in a JVM of its own; returns what it printed. Broken images may fail it. */
    static String ideal(String... arguments) throws IOException, InterruptedException {
        ChildJvm run = ChildJvm.run(null, VECTOR, IdealCommand.class, arguments);
        if (run.exitCode() != 0 && !run.errors().contains("images failed")) {
            throw new AssertionError(run.errors());
        }
        return run.out();
    }

    /** The lines of {@code ideal detect --format jsonl} on a folder, without the image's name, by the name of its file. */
    static Map<String, String> detected(Path fitted, Path images) throws IOException, InterruptedException {
        String out = ideal(
                "detect",
                "--fitted",
                fitted.toString(),
                "--backend",
                "cpu",
                "--format",
                "jsonl",
                "--",
                images.toString());
        Map<String, String> lines = new TreeMap<>();
        out.lines().forEach(line -> lines.put(name(line), line.replaceFirst("\"image\":\"[^\"]*\",", "")));
        return lines;
    }

    /** The name of the file in a line. */
    static String name(String line) {
        return line.replaceFirst(".*?\"image\":\"(?:[^\"]*/)?([^\"/]*)\".*", "$1");
    }

    /** All files in a folder. */
    static List<Path> files(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
