package dev.ideal4j.eval.data;

import com.fasterxml.jackson.databind.JsonNode;
import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Real-IAD as distributed. A JSON file for each category names images, masks and labels. The label is the class of the
 * record, not the {@code OK} or {@code NG} in the path. Of the folders of images, the one with the largest images is used.
 * Paths in the index start with it.
 */
final class RealIadLayout implements Layout {
    private static final List<String> IMAGES = List.of("realiad_1024", "realiad_512", "realiad_256", "realiad_raw");
    private static final List<String> LISTS = List.of("realiad_jsons/realiad_jsons", "realiad_jsons");
    static final List<String> CATEGORIES = List.of(
            "audiojack",
            "bottle_cap",
            "button_battery",
            "end_cap",
            "eraser",
            "fire_hood",
            "mint",
            "mounts",
            "pcb",
            "phone_battery",
            "plastic_nut",
            "plastic_plug",
            "porcelain_doll",
            "regulator",
            "rolled_strip_base",
            "sim_card_set",
            "switch",
            "tape",
            "terminalblock",
            "toothbrush",
            "toy",
            "toy_brick",
            "transistor1",
            "u_block",
            "usb",
            "usb_adaptor",
            "vcpill",
            "wooden_beads",
            "woodstick",
            "zipper");

    @Override
    public Indexed index(Path root) {
        IndexBuilder found = new IndexBuilder(root, "Real-IAD");
        String images = first(root, IMAGES);
        String lists = first(root, LISTS);
        for (String category : CATEGORIES) {
            String list = lists + "/" + category + ".json";
            found.product(category);
            if (Files.isRegularFile(root.resolve(list))) {
                category(root.resolve(list), category, images + "/" + category + "/", found);
            } else {
                found.missing(list);
            }
        }
        return found.build();
    }

    private static String first(Path root, List<String> folders) {
        return folders.stream()
                .filter(name -> Files.isDirectory(root.resolve(name)))
                .findFirst()
                .orElse(folders.get(0));
    }

    private static void category(Path file, String category, String prefix, IndexBuilder found) {
        JsonNode list = MetaJson.tree(file);
        String normal = list.path("meta").path("normal_class").asText("OK");
        for (String phase : List.of("train", "test")) {
            if (!list.path(phase).isArray()) {
                throw new FileFormatException(file, "no list " + phase, "lists train and test");
            }
            for (JsonNode record : list.path(phase)) {
                String type = MetaJson.text(file, record, "anomaly_class");
                boolean anomalous = !type.equals(normal);
                String image = prefix + MetaJson.inside(file, MetaJson.text(file, record, "image_path"));
                String masked = record.path("mask_path").asText("");
                String mask = anomalous && !masked.isEmpty() ? prefix + MetaJson.inside(file, masked) : "";
                found.require(image);
                found.require(mask);
                found.add(phase.equals("train"), new LabeledImage(image, mask, category, type, anomalous));
            }
        }
    }
}
