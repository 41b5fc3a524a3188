package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileAccessException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads labels from a text file of numbers for each image. A line of YOLO has a class, followed by a box (centre and
 * size) or a polygon, in fractions of the image's sides. A line of DeepPCB has two corners of a box in pixels, followed
 * by a class.
 */
final class BoxText {
    private BoxText() {}

    /** Whether a text begins like one of these formats. An empty text is valid and means an image without defects. */
    static boolean matches(String text) {
        return text.isBlank() || text.stripLeading().matches("(?s)[0-9.-]+[,\\s]+[0-9.-]+[,\\s].*");
    }

    static String text(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /**
     * Reads the labels of a file.
     *
     * @param names names of the classes; a class without a name gets its number as name
     */
    static ImageLabels read(Path file, String text, List<String> names) {
        List<double[]> lines = new ArrayList<>();
        try {
            for (String line : text.lines().filter(line -> !line.isBlank()).toList()) {
                lines.add(numbers(line));
            }
            boolean pixels = lines.stream().allMatch(line -> line.length == 5 && isWhole(line))
                    && lines.stream()
                            .anyMatch(line -> Arrays.stream(line, 1, 5).max().orElse(0) > 1);
            List<Label> labels = new ArrayList<>();
            for (double[] line : lines) {
                int type = (int) line[pixels ? 4 : 0];
                Area area = pixels ? canvas -> canvas.box(line[0], line[1], line[2], line[3]) : shares(line);
                String name = type >= 0 && type < names.size() ? names.get(type) : Integer.toString(type);
                labels.add(new Label(file.toString(), name, area));
            }
            return new ImageLabels(file.toString(), "", 0, 0, labels);
        } catch (LabelFault e) {
            throw e.in(file.toString());
        }
    }

    private static double[] numbers(String line) throws LabelFault {
        String[] words = line.strip().split("[,\\s]+");
        double[] numbers = new double[words.length];
        try {
            for (int i = 0; i < words.length; i++) {
                numbers[i] = Double.parseDouble(words[i]);
            }
        } catch (NumberFormatException e) {
            throw new LabelFault("line " + shortened(line), "numbers");
        }
        if (numbers.length < 5) {
            throw new LabelFault(
                    numbers.length + " numbers in line " + shortened(line), "a class and a box or polygon");
        }
        return numbers;
    }

    private static boolean isWhole(double[] numbers) {
        for (double number : numbers) {
            if (number != Math.rint(number)) {
                return false;
            }
        }
        return true;
    }

    private static Area shares(double[] line) throws LabelFault {
        for (int i = 1; i < line.length; i++) {
            if (!(line[i] >= -0.01 && line[i] <= 1.01)) {
                throw new LabelFault("coordinate " + line[i], "a share of the image's side, 0 to 1, as YOLO writes it");
            }
        }
        boolean box = line.length == 5 || line.length == 6; // the sixth number is the confidence of a detector
        if (!box && line.length % 2 == 0) {
            throw new LabelFault(line.length - 1 + " coordinates", "x and y of each corner");
        }
        double[] points = new double[box ? 8 : line.length - 1];
        if (!box) {
            System.arraycopy(line, 1, points, 0, points.length);
        }
        for (int i = 0; box && i < 4; i++) {
            points[2 * i] = line[1] + (i == 1 || i == 2 ? line[3] : -line[3]) / 2;
            points[2 * i + 1] = line[2] + (i >= 2 ? line[4] : -line[4]) / 2;
        }
        return canvas -> canvas.fill(canvas.scaled(points));
    }

    private static String shortened(String line) {
        return line.length() > 40 ? line.substring(0, 40) + "…" : line;
    }
}
