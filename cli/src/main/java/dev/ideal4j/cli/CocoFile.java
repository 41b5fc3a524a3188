package dev.ideal4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.eval.results.ImageScore;
import java.util.List;

/**
 * Regions as COCO annotations. A region without holes is a polygon. A region with holes is an uncompressed run-length mask,
 * because COCO's polygons have no holes.
 */
final class CocoFile {
    private static final int CATEGORY = 1;

    private final ObjectMapper json = new ObjectMapper();
    private final ObjectNode document = json.createObjectNode();
    private final ArrayNode images = json.createArrayNode();
    private final ArrayNode annotations = json.createArrayNode();

    CocoFile() {
        document.putObject("info").put("description", "ideal4j " + Version.text());
        document.set("images", images);
        document.set("annotations", annotations);
        document.putArray("categories")
                .addObject()
                .put("id", CATEGORY)
                .put("name", "anomaly")
                .put("supercategory", "");
    }

    /**
     * Adds an image and its regions.
     *
     * @param heat the map that the regions were found in
     */
    void add(ImageScore result, Anomaly anomaly, ScoreMap heat, List<Region> regions) {
        int id = images.size() + 1;
        images.addObject()
                .put("id", id)
                .put("file_name", result.image())
                .put("width", result.width())
                .put("height", result.height())
                .put("score", anomaly.score())
                .put("verdict", anomaly.verdict().name());
        for (Region region : regions) {
            ObjectNode annotation = annotations
                    .addObject()
                    .put("id", annotations.size())
                    .put("image_id", id)
                    .put("category_id", CATEGORY)
                    .put("iscrowd", 0)
                    .put("area", region.area())
                    .put("score", region.max());
            Region.Box box = region.box();
            annotation
                    .putArray("bbox")
                    .add(box.x())
                    .add(box.y())
                    .add(box.width())
                    .add(box.height());
            if (region.hasHoles()) {
                ObjectNode mask = annotation.putObject("segmentation");
                mask.putArray("size").add(result.height()).add(result.width());
                runs(region.pixels(heat, (float) anomaly.rule().pixel().value()), mask.putArray("counts"));
            } else {
                ArrayNode polygon = annotation.putArray("segmentation").addArray();
                for (int corner : region.outline().get(0).corners()) {
                    polygon.add(corner);
                }
            }
        }
    }

    /** Lengths of runs of pixels that are not set and set in turn, column by column. */
    private static void runs(Mask mask, ArrayNode counts) {
        boolean last = false;
        int length = 0;
        for (int x = 0; x < mask.width(); x++) {
            for (int y = 0; y < mask.height(); y++) {
                boolean set = mask.pixels()[y * mask.width() + x];
                if (set != last) {
                    counts.add(length);
                    length = 0;
                    last = set;
                }
                length++;
            }
        }
        counts.add(length);
    }

    @Override
    public String toString() {
        return document.toString();
    }
}
