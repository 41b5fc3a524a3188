package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads masks of CVAT and Pascal VOC, which have a colour for each type. A line {@code scratch:250,50,83::} in {@code
 * labelmap.txt} names a type.
 */
final class ColourMasks {
    static final String MAP = "labelmap.txt";
    private static final Pattern LINE = Pattern.compile("([^:]+):(\\d+),(\\d+),(\\d+)(:.*)?");
    private static final String BACKGROUND = "background";

    private final Map<Integer, String> types = new HashMap<>();
    private final Path map;

    ColourMasks(Path map) {
        this.map = map;
        for (String line : BoxText.text(map).lines().map(String::strip).toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            Matcher parts = LINE.matcher(line);
            if (!parts.matches()) {
                throw new FileFormatException(map, "line " + line, "label:red,green,blue:parts:actions");
            }
            types.put(colour(parts), parts.group(1).strip());
        }
        types.putIfAbsent(0, BACKGROUND);
    }

    private int colour(Matcher parts) {
        int colour = 0;
        for (int group = 2; group <= 4; group++) {
            String level = parts.group(group);
            if (level.length() > 3 || Integer.parseInt(level) > 255) {
                throw new FileFormatException(map, "colour level " + level, "0 to 255");
            }
            colour = colour << 8 | Integer.parseInt(level);
        }
        return colour;
    }

    /** Returns the folder of the masks that belongs to the map. */
    static Path folder(Path root) {
        Path classes = root.resolve("SegmentationClass");
        return Files.isDirectory(classes) ? classes : root;
    }

    /**
     * Reads a mask.
     *
     * @throws FileFormatException if the mask has a colour that the map does not name
     */
    ImageLabels read(Path file, ReadOptions options) {
        RgbImage image = ImageReader.read(file, options);
        byte[] samples = image.samples();
        Set<Integer> found = new TreeSet<>();
        for (int i = 0; i < samples.length; i += 3) {
            found.add(colour(samples, i));
        }
        List<Label> labels = new ArrayList<>();
        for (int colour : found) {
            String type = types.get(colour);
            if (type == null) {
                throw new FileFormatException(
                        file,
                        String.format("colour %d,%d,%d", colour >> 16, colour >> 8 & 255, colour & 255),
                        "a colour that " + map + " names");
            }
            if (!type.equals(BACKGROUND)) {
                labels.add(new Label(
                        file.toString(),
                        type,
                        canvas -> canvas.add(image.width(), image.height(), i -> colour(samples, 3 * i) == colour)));
            }
        }
        return new ImageLabels(file.toString(), "", image.width(), image.height(), labels);
    }

    private static int colour(byte[] samples, int at) {
        return (samples[at] & 0xFF) << 16 | (samples[at + 1] & 0xFF) << 8 | samples[at + 2] & 0xFF;
    }
}
