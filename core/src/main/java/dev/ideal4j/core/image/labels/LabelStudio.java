package dev.ideal4j.core.image.labels;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Reads the JSON export of Label Studio: brush strokes, polygons and rectangles. */
final class LabelStudio {
    private static final Set<String> READ = Set.of("brushlabels", "polygonlabels", "rectanglelabels");
    private static final Set<String> OTHER_REGIONS =
            Set.of("ellipselabels", "keypointlabels", "bitmasklabels", "vectorlabels");

    private LabelStudio() {}

    /** Returns the labels of each task, from the first annotation that was not cancelled. */
    static List<ImageLabels> read(String source, JsonNode root) throws LabelFault {
        List<ImageLabels> all = new ArrayList<>();
        for (JsonNode task : root) {
            JsonNode annotation = null;
            for (JsonNode each : task.path("annotations")) {
                annotation = annotation == null && !each.path("was_cancelled").asBoolean() ? each : annotation;
            }
            if (annotation == null) {
                continue;
            }
            List<Label> labels = new ArrayList<>();
            int width = 0;
            int height = 0;
            for (JsonNode region : annotation.path("result")) {
                String kind = region.path("type").asText();
                if (OTHER_REGIONS.contains(kind)) {
                    throw new LabelFault("a region of " + kind, String.join(", ", READ));
                } else if (!READ.contains(kind)) {
                    continue; // a choice or a text about the whole image
                }
                width = LabelJson.side(region, "original_width");
                height = LabelJson.side(region, "original_height");
                if (width == 0 || height == 0) {
                    throw new LabelFault("a region without original_width and original_height", "both");
                }
                String type = region.path("value").path(kind).path(0).asText();
                labels.add(new Label(source, type, area(kind, region.path("value"), width, height)));
            }
            all.add(new ImageLabels(source, image(task.path("data")), width, height, labels));
        }
        return all;
    }

    /** Returns the file name at the end of the first text in the task that looks like an image path. */
    private static String image(JsonNode data) throws LabelFault {
        for (JsonNode value : data) {
            if (value.isTextual() && value.asText().matches(".*\\.[A-Za-z]{3,4}")) {
                String name = value.asText().replaceFirst("(?s).*[/\\\\=]", "");
                try {
                    return java.net.URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException e) {
                    return name; // the name contains a literal percent sign
                }
            }
        }
        throw new LabelFault("a task without the path of an image", "one in data");
    }

    private static Area area(String kind, JsonNode value, int width, int height) throws LabelFault {
        if (kind.equals("brushlabels")) {
            JsonNode list = value.path("rle");
            byte[] rle = new byte[list.size()];
            for (int i = 0; i < rle.length; i++) {
                rle[i] = (byte) LabelJson.number(list, i);
            }
            return canvas -> new BrushBits(rle).mark(canvas);
        } else if (kind.equals("polygonlabels")) {
            return polygon(LabelJson.points(value.path("points")));
        }
        double angle = value.path("rotation").isMissingNode() ? 0 : Math.toRadians(LabelJson.number(value, "rotation"));
        // Sides are given in percent of the image's sides, but the box rotates around its first corner in pixels.
        double across = LabelJson.number(value, "width") * width;
        double down = LabelJson.number(value, "height") * height;
        double[] corners = {0, 0, 0, down, across, down, across, 0};
        for (int i = 0; i < corners.length; i += 2) {
            double x = corners[i] * Math.cos(angle) - corners[i + 1] * Math.sin(angle);
            double y = corners[i] * Math.sin(angle) + corners[i + 1] * Math.cos(angle);
            corners[i] = LabelJson.number(value, "x") + x / width;
            corners[i + 1] = LabelJson.number(value, "y") + y / height;
        }
        return polygon(corners);
    }

    private static Area polygon(double[] percent) {
        double[] shares = new double[percent.length];
        for (int i = 0; i < shares.length; i++) {
            shares[i] = percent[i] / 100;
        }
        return canvas -> canvas.fill(canvas.scaled(shares));
    }

    /**
     * Decodes the run-length code of a brush. The code contains four 8-bit channels of an image, of which alpha is the
     * mask. It consists of the number of values, the bits per value, four bit widths of run lengths, and blocks of
     * equal or individual values.
     */
    private static final class BrushBits {
        private final byte[] bytes;
        private long position;

        BrushBits(byte[] bytes) {
            this.bytes = bytes;
        }

        void mark(Canvas canvas) throws LabelFault {
            long count = next(32);
            if (count != 4L * canvas.pixels.length) {
                throw new LabelFault(
                        "a brush mask of " + count + " values", 4L * canvas.pixels.length + ", four a pixel");
            }
            int valueBits = next(5) + 1;
            int[] sizes = {next(4) + 1, next(4) + 1, next(4) + 1, next(4) + 1};
            for (long at = 0; at < count; ) {
                boolean equal = next(1) == 1;
                long end = Math.min(count, at + 1 + next(sizes[next(2)]));
                int value = equal ? next(valueBits) : 0;
                for (; at < end; at++) {
                    value = equal ? value : next(valueBits);
                    if (at % 4 == 3 && value != 0) {
                        canvas.pixels[(int) (at / 4)] = true;
                    }
                }
            }
        }

        private int next(int bits) throws LabelFault {
            int value = 0;
            for (int i = 0; i < bits; i++, position++) {
                if (position / 8 >= bytes.length) {
                    throw new LabelFault(
                            "a brush mask that ends after " + bytes.length + " bytes", "all of its values");
                }
                value = value << 1 | bytes[(int) (position / 8)] >> 7 - position % 8 & 1;
            }
            return value;
        }
    }
}
