package dev.ideal4j.benchmarks;

import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Most memory that {@code ideal detect} has resident while it scores images with ViT-S/14 at 448. */
public final class ScoringMemory {
    private static final int IMAGES = 16;
    private static final int SIDE = 700;

    private ScoringMemory() {}

    /**
     * Makes up images, scores them in a process of its own, and appends what it took to the history.
     *
     * @param arguments commit, history file, the launcher, an empty folder
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[3]);
        Path queries = Files.createDirectory(folder.resolve("queries"));
        for (int i = 0; i < IMAGES; i++) {
            ImageWriter.writePng(Images.noise(SIDE, SIDE, i), queries.resolve(i + ".png"));
        }
        Path normal = folder.resolve("normal.png");
        Path abnormal = folder.resolve("abnormal.png");
        ImageWriter.writePng(Images.noise(SIDE, SIDE, 100), normal);
        ImageWriter.writePng(Images.noise(SIDE, SIDE, 101), abnormal);
        Path mask = folder.resolve("mask.png");
        byte[] defect = new byte[3 * SIDE * SIDE];
        Arrays.fill(defect, 3 * 100 * SIDE, 3 * 130 * SIDE, (byte) -1);
        ImageWriter.writePng(new RgbImage(SIDE, SIDE, defect), mask);

        Path peak = folder.resolve("peak");
        List<String> command = List.of(
                "/usr/bin/time",
                "--format=%M",
                "--output=" + peak,
                arguments[2],
                "detect",
                queries.toString(),
                "--backend=cpu",
                "--backbone=random:dinov2_vits14",
                "--normal=" + normal,
                "--abnormal=" + abnormal,
                "--mask=" + mask);
        Process process = new ProcessBuilder(command)
                .redirectOutput(folder.resolve("scores").toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("scoring failed");
        }
        double megabytes = Double.parseDouble(Files.readString(peak).trim()) * 1024 / 1e6;
        System.out.printf(Locale.ROOT, "%d images scored: %.0f MB resident at most%n", IMAGES, megabytes);
        new History(Path.of(arguments[1]), arguments[0])
                .append(
                        "cpu",
                        "memory",
                        "ideal detect, dinov2_vits14 at 448",
                        Map.of("resident_mb", History.round(megabytes, 1)));
    }
}
