package dev.ideal4j.core.image.labels;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the JSON files of LabelMe, COCO and Label Studio. The content determines the format. */
final class LabelJson {
    /** Maximum length in bytes. It leaves room for an image that LabelMe embeds. */
    private static final int MAX_LENGTH = 500_000_000;

    static final String EXPECTED = "labels of LabelMe, COCO or Label Studio";

    private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxStringLength(MAX_LENGTH)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private LabelJson() {}

    /**
     * Returns the labels of all images in a file; empty if the JSON has another format.
     *
     * @throws FileFormatException if the content is damaged
     */
    static Optional<List<ImageLabels>> read(Path file) {
        JsonNode root = tree(file);
        String source = file.toString();
        try {
            if (root.path("shapes").isArray()) {
                return Optional.of(List.of(LabelMe.read(file, root)));
            } else if (root.path("images").isArray() && root.path("annotations").isArray()) {
                return Optional.of(Coco.read(source, root));
            } else if (root.isArray() && root.path(0).path("annotations").isArray()) {
                return Optional.of(LabelStudio.read(source, root));
            }
            return Optional.empty();
        } catch (LabelFault e) {
            throw e.in(source);
        }
    }

    private static JsonNode tree(Path file) {
        try {
            if (Files.size(file) > MAX_LENGTH) {
                throw new FileFormatException(file, Files.size(file) + " bytes", "at most " + MAX_LENGTH);
            }
            return MAPPER.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new FileFormatException(file, "broken JSON: " + e.getOriginalMessage(), EXPECTED, e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /** Returns a finite number. */
    static double number(JsonNode parent, Object key) throws LabelFault {
        JsonNode value = key instanceof Integer index ? parent.path(index) : parent.path((String) key);
        if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
            throw new LabelFault(key + " " + shortened(value), "a number");
        }
        return value.doubleValue();
    }

    /** Returns a width or height in pixels; 0 if it is absent. */
    static int side(JsonNode parent, String key) throws LabelFault {
        JsonNode value = parent.path(key);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (!value.isNumber() || value.doubleValue() != value.intValue() || value.intValue() < 1) {
            throw new LabelFault(key + " " + shortened(value), "a number of pixels");
        }
        return value.intValue();
    }

    /** Returns points from {@code [[x, y], …]}, as an array that alternates x and y. */
    static double[] points(JsonNode list) throws LabelFault {
        double[] points = new double[2 * list.size()];
        for (int i = 0; i < list.size(); i++) {
            points[2 * i] = number(list.get(i), 0);
            points[2 * i + 1] = number(list.get(i), 1);
        }
        return points;
    }

    static String shortened(JsonNode value) {
        String text = value.isMissingNode() ? "nothing" : value.toString();
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
