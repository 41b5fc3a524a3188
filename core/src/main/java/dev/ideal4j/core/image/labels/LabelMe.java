package dev.ideal4j.core.image.labels;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/** Reads LabelMe: a JSON file beside each image. Shapes are drawn like in LabelMe. */
final class LabelMe {
    /** Labels that mark no defect, by a convention of LabelMe. */
    private static final Set<String> NONE = Set.of("_background_", "__ignore__");

    /** Half the width of a line in LabelMe, and the radius of a point. */
    private static final double PEN = 5;

    private LabelMe() {}

    static ImageLabels read(Path file, JsonNode root) throws LabelFault {
        List<Label> labels = new ArrayList<>();
        for (JsonNode shape : root.path("shapes")) {
            String type = shape.path("label").asText();
            if (!NONE.contains(type)) {
                labels.add(new Label(file.toString(), type, area(file.toString(), shape)));
            }
        }
        // The image is found by the name of the JSON file, because imagePath is not updated if both files are renamed.
        return new ImageLabels(
                file.toString(), "", LabelJson.side(root, "imageWidth"), LabelJson.side(root, "imageHeight"), labels);
    }

    private static Area area(String source, JsonNode shape) throws LabelFault {
        double[] points = LabelJson.points(shape.path("points"));
        String kind = shape.path("shape_type").asText("polygon");
        int needed = kind.equals("polygon") ? 3 : kind.equals("point") ? 1 : 2;
        if (points.length < 2 * needed) {
            throw new LabelFault(kind + " of " + points.length / 2 + " points", needed + " or more");
        }
        return switch (kind) {
            case "polygon" -> canvas -> canvas.draw(points);
            case "rectangle" -> canvas -> canvas.box(points[0], points[1], points[2], points[3]);
            case "circle" ->
                canvas -> canvas.stroke(
                        points[0],
                        points[1],
                        points[0],
                        points[1],
                        Math.hypot(points[2] - points[0], points[3] - points[1]));
            case "point" -> canvas -> canvas.stroke(points[0], points[1], points[0], points[1], PEN);
            case "line", "linestrip" ->
                canvas -> {
                    for (int i = 0; i < points.length - 2; i += 2) {
                        canvas.stroke(points[i], points[i + 1], points[i + 2], points[i + 3], PEN);
                    }
                };
            case "mask" -> mask(source, shape, (int) points[0], (int) points[1]);
            default ->
                throw new LabelFault(
                        "shape_type " + kind, "polygon, rectangle, circle, line, linestrip, point or mask");
        };
    }

    /**
     * Returns the area of a mask that is stored as a PNG in Base64. The mask begins at the given corner of the image.
     */
    private static Area mask(String source, JsonNode shape, int left, int top) throws LabelFault {
        byte[] png;
        try {
            png = Base64.getDecoder().decode(shape.path("mask").asText());
        } catch (IllegalArgumentException e) {
            throw new LabelFault("a mask that is not Base64", "a PNG image in Base64");
        }
        return canvas -> {
            Mask mask = MaskReader.read(png, source);
            for (int y = 0; y < mask.height(); y++) {
                for (int x = 0; x < mask.width(); x++) {
                    if (mask.pixels()[y * mask.width() + x]) {
                        canvas.span(top + y, left + x, left + x);
                    }
                }
            }
        };
    }
}
