package dev.ideal4j.core.testing;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** A small data set of noise with bright spots in it, in the layout of MVTec AD. For tests only. */
public final class MadeImages {
    private static final int WIDTH = 48;
    private static final int HEIGHT = 40;

    private MadeImages() {}

    /** Two products with {@code count} normal images and two types of {@code count} defective ones each. */
    public static Path write(Path root, int count) throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        for (String product : new String[] {"plate", "ring"}) {
            for (int i = 0; i < count; i++) {
                String name = String.format("%03d", i);
                image(root.resolve(product + "/test/good/" + name + ".png"), random, 0);
                for (String type : new String[] {"spot", "stain"}) {
                    int strength = type.equals("spot") ? 90 : 35;
                    image(root.resolve(product + "/test/" + type + "/" + name + ".png"), random, strength);
                    mask(root.resolve(product + "/ground_truth/" + type + "/" + name + "_mask.png"));
                }
            }
        }
        return root;
    }

    private static void image(Path file, SplittableRandom random, int strength) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int grey = 100 + random.nextInt(50) + (isMarked(x, y) ? strength : 0);
                image.setRGB(x, y, grey << 16 | grey << 8 | grey);
            }
        }
        write(image, file);
    }

    private static void mask(Path file) throws IOException {
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                image.setRGB(x, y, isMarked(x, y) ? 0xffffff : 0);
            }
        }
        write(image, file);
    }

    private static boolean isMarked(int x, int y) {
        return Math.hypot(x - 20, y - 15) < 7;
    }

    private static void write(BufferedImage image, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
    }
}
