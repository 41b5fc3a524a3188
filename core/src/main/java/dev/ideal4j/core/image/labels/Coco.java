package dev.ideal4j.core.image.labels;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads and writes COCO: one JSON file for many images, with polygons, both forms of RLE, or boxes. */
final class Coco {
    private Coco() {}

    static List<ImageLabels> read(String source, JsonNode root) throws LabelFault {
        Map<String, String> types = new HashMap<>();
        for (JsonNode category : root.path("categories")) {
            types.put(id(category, "id"), category.path("name").asText());
        }
        Map<String, JsonNode> images = new LinkedHashMap<>();
        Map<String, List<Label>> labels = new HashMap<>();
        for (JsonNode image : root.path("images")) {
            if (images.put(id(image, "id"), image) != null) {
                throw new LabelFault("image id " + id(image, "id") + " twice", "each id once");
            }
            labels.put(id(image, "id"), new ArrayList<>());
        }
        for (JsonNode annotation : root.path("annotations")) {
            JsonNode image = images.get(id(annotation, "image_id"));
            if (image == null) {
                throw new LabelFault(
                        "an annotation of image id " + id(annotation, "image_id"), "the id of an image in the file");
            }
            String type = types.get(id(annotation, "category_id"));
            if (type == null) {
                throw new LabelFault(
                        "category_id " + id(annotation, "category_id"), "the id of a category in the file");
            }
            labels.get(id(annotation, "image_id")).add(new Label(source, type, area(annotation)));
        }
        List<ImageLabels> all = new ArrayList<>();
        for (Map.Entry<String, JsonNode> image : images.entrySet()) {
            all.add(new ImageLabels(
                    source,
                    image.getValue().path("file_name").asText(),
                    LabelJson.side(image.getValue(), "width"),
                    LabelJson.side(image.getValue(), "height"),
                    labels.get(image.getKey())));
        }
        return all;
    }

    private static String id(JsonNode parent, String key) throws LabelFault {
        if (!parent.path(key).isValueNode()) {
            throw new LabelFault("no " + key + " in " + LabelJson.shortened(parent), "one");
        }
        return parent.path(key).asText();
    }

    private static Area area(JsonNode annotation) throws LabelFault {
        JsonNode segmentation = annotation.path("segmentation");
        if (segmentation.isObject()) {
            return runs(segmentation);
        } else if (segmentation.isArray() && !segmentation.isEmpty()) {
            List<double[]> polygons = new ArrayList<>();
            for (JsonNode polygon : segmentation) {
                polygons.add(numbers(polygon));
            }
            return canvas -> {
                for (double[] polygon : polygons) {
                    canvas.fill(polygon);
                }
            };
        }
        double[] box = numbers(annotation.path("bbox"));
        if (box.length != 4) {
            throw new LabelFault("an annotation without segmentation and bbox", "one of them");
        }
        double right = box[0] + box[2];
        double bottom = box[1] + box[3];
        return canvas -> canvas.fill(new double[] {box[0], box[1], box[0], bottom, right, bottom, right, box[1]});
    }

    private static Area runs(JsonNode segmentation) throws LabelFault {
        double[] size = numbers(segmentation.path("size"));
        if (size.length != 2 || size[0] < 1 || size[1] < 1) {
            throw new LabelFault("an RLE of size " + LabelJson.shortened(segmentation.path("size")), "[height, width]");
        }
        JsonNode counts = segmentation.path("counts");
        int[] runs = new int[counts.size()];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = (int) LabelJson.number(counts, i);
        }
        return RunLengths.area(
                counts.isTextual() ? RunLengths.decompress(counts.asText()) : runs, (int) size[1], (int) size[0]);
    }

    private static double[] numbers(JsonNode list) throws LabelFault {
        double[] numbers = new double[list.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = LabelJson.number(list, i);
        }
        return numbers;
    }

    /** Writes labels with compressed RLE. Every image must have a size. */
    static void write(List<ImageLabels> images, Path file) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        ArrayNode files = root.putArray("images");
        ArrayNode annotations = root.putArray("annotations");
        ArrayNode categories = root.putArray("categories");
        List<String> types = images.stream()
                .flatMap(image -> image.types().stream())
                .distinct()
                .sorted()
                .toList();
        for (String type : types) {
            categories.addObject().put("id", categories.size()).put("name", type);
        }
        for (ImageLabels image : images) {
            files.addObject()
                    .put("id", files.size())
                    .put("file_name", image.image())
                    .put("width", image.width())
                    .put("height", image.height());
            for (Label label : image.labels()) {
                Canvas canvas = new Canvas(image.width(), image.height());
                label.mark(canvas);
                annotation(annotations, files.size(), types.indexOf(label.type()) + 1, canvas);
            }
        }
        AtomicFile.write(
                file, out -> out.write(mapper.writerWithDefaultPrettyPrinter().writeValueAsBytes(root)));
    }

    private static void annotation(ArrayNode annotations, int image, int category, Canvas canvas) {
        int left = canvas.width;
        int top = canvas.height;
        int right = -1;
        int bottom = -1;
        int area = 0;
        for (int i = 0; i < canvas.pixels.length; i++) {
            if (canvas.pixels[i]) {
                left = Math.min(left, i % canvas.width);
                right = Math.max(right, i % canvas.width);
                top = Math.min(top, i / canvas.width);
                bottom = i / canvas.width;
                area++;
            }
        }
        if (area == 0) {
            return;
        }
        ObjectNode annotation = annotations.addObject();
        annotation.put("id", annotations.size()).put("image_id", image).put("category_id", category);
        annotation.put("iscrowd", 0).put("area", area);
        annotation.putArray("bbox").add(left).add(top).add(right - left + 1).add(bottom - top + 1);
        ObjectNode runs = annotation.putObject("segmentation").put("counts", RunLengths.compress(canvas));
        runs.putArray("size").add(canvas.height).add(canvas.width);
    }
}
