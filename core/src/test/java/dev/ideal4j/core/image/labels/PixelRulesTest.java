package dev.ideal4j.core.image.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Which pixels a polygon or an RLE marks, against pycocotools and LabelMe; the fixtures are made by make.py. */
class PixelRulesTest {
    private static JsonNode fixture(String name) throws IOException {
        return new ObjectMapper().readTree(PixelRulesTest.class.getResourceAsStream(name));
    }

    private static boolean[] expected(JsonNode each, String rule) throws LabelFault {
        Canvas canvas = canvas(each);
        RunLengths.area(RunLengths.decompress(each.path(rule).asText()), canvas.width, canvas.height)
                .mark(canvas);
        return canvas.pixels;
    }

    private static Canvas canvas(JsonNode each) {
        return new Canvas(each.path("width").asInt(), each.path("height").asInt());
    }

    private static double[] points(JsonNode each) {
        double[] points = new double[each.path("points").size()];
        for (int i = 0; i < points.length; i++) {
            points[i] = each.path("points").get(i).asDouble();
        }
        return points;
    }

    @Test
    void polygonsCoverThePixelsThatPycocotoolsMarks() throws Exception {
        for (JsonNode each : fixture("polygons.json")) {
            Canvas canvas = canvas(each);
            canvas.fill(points(each));
            assertThat(canvas.pixels).as("%s", each).isEqualTo(expected(each, "coco"));
        }
    }

    @Test
    void drawnPolygonsCoverThePixelsThatLabelMeMarksButForSharpCorners() throws Exception {
        int pixels = 0;
        int fewer = 0;
        for (JsonNode each : fixture("polygons.json")) {
            Canvas canvas = canvas(each);
            canvas.draw(points(each));
            boolean[] labelMe = expected(each, "labelme");
            for (int i = 0; i < labelMe.length; i++) {
                assertThat(canvas.pixels[i] && !labelMe[i])
                        .as("pixel %d of %s", i, each)
                        .isFalse();
                pixels += labelMe[i] ? 1 : 0;
                fewer += labelMe[i] && !canvas.pixels[i] ? 1 : 0;
            }
        }
        assertThat(pixels).isGreaterThan(50_000);
        assertThat(fewer).isLessThan(pixels / 2000);
    }

    @Test
    void allFormsOfRunLengthsGiveTheSamePixels() throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        for (JsonNode each : fixture("runs.json")) {
            JsonNode rows = each.path("pixels");
            int width = rows.get(0).asText().length();
            int height = rows.size();
            String size = ",\"size\":[" + height + "," + width + "]}}";
            Canvas compressed = coco("{\"segmentation\":{\"counts\":" + each.path("compressed") + size, width, height);
            Canvas counts = coco("{\"segmentation\":{\"counts\":" + each.path("counts") + size, width, height);
            JsonNode task = mapper.readTree("[{\"data\":{\"image\":\"a.png\"},\"annotations\":[{\"result\":[{\"type\":"
                    + "\"brushlabels\",\"original_width\":" + width + ",\"original_height\":" + height
                    + ",\"value\":{\"brushlabels\":[\"dent\"],\"rle\":" + each.path("brush") + "}}]}]}]");
            boolean[] brush = LabelStudio.read("export.json", task)
                    .get(0)
                    .mask(width, height)
                    .pixels();
            StringBuilder pixels = new StringBuilder();
            for (boolean pixel : compressed.pixels) {
                pixels.append(pixel ? '#' : '.');
            }
            assertThat(pixels.toString()).isEqualTo(String.join("", mapper.convertValue(rows, String[].class)));
            assertThat(counts.pixels).isEqualTo(compressed.pixels);
            assertThat(brush).isEqualTo(compressed.pixels);
            assertThat(RunLengths.compress(compressed))
                    .isEqualTo(each.path("compressed").asText());
        }
    }

    private static Canvas coco(String annotation, int width, int height) throws Exception {
        Canvas canvas = new Canvas(width, height);
        String file = "{\"images\":[{\"id\":1,\"file_name\":\"a.png\"}],\"categories\":[{\"id\":2,\"name\":\"dent\"}],"
                + "\"annotations\":[{\"image_id\":1,\"category_id\":2," + annotation.substring(1) + "]}";
        Coco.read("coco.json", new ObjectMapper().readTree(file))
                .get(0)
                .labels()
                .get(0)
                .mark(canvas);
        return canvas;
    }

    @Test
    void sizesAreCheckedBeforeAnythingIsMarked() {
        Canvas canvas = new Canvas(4, 3);
        assertThatThrownBy(() -> canvas.fill(new double[] {0, 0, 1e12, 0, 5, 5}))
                .hasMessageContaining("a polygon with an outline of");
        assertThatThrownBy(() -> canvas.draw(new double[] {0, 0, Double.NaN, 0, 5, 5}))
                .hasMessageContaining("a polygon with an outline of");
        assertThatThrownBy(() -> RunLengths.area(new int[] {5, Integer.MAX_VALUE}, 4, 3))
                .hasMessage("found runs of 2147483652 pixels, expected 12, all of 4×3");
        assertThatThrownBy(() -> RunLengths.area(new int[] {5, -5, 12}, 4, 3)).hasMessageContaining("a run of -5");
    }
}
