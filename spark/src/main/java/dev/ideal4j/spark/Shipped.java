package dev.ideal4j.spark;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Levels;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.detectors.FittedDetectors;
import java.io.Serializable;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * A fitted detector as it is sent to executors. The content is broadcast, and only executors that do not have it yet read it.
 *
 * @param id SHA-256 over file and backbone
 * @param file content of the fitted detector's file
 * @param backbone backbone that the detector was fitted with
 * @param upright whether images are rotated according to their EXIF orientation
 * @param levels levels that map images of more than 8 bits to 8 bits, or null for the full range
 */
record Shipped(String id, Broadcast<byte[]> file, Backbone backbone, boolean upright, String levels)
        implements Serializable {
    private static final String SUFFIX = ".fitted";
    private static final String OPTION = "option.";

    /** A backbone as it is sent to executors. */
    record Backbone(String id, Broadcast<PackedBackbone> content) implements Serializable {
        /** Broadcasts a backbone. */
        static Backbone of(PackedBackbone packed, JavaSparkContext spark) {
            return new Backbone(packed.id(), spark.broadcast(packed));
        }
    }

    /** The options with which the fit read its images. */
    ReadOptions reading() {
        return ReadOptions.AS_STORED.withUpright(upright).withLevels(levels == null ? null : Levels.parse(levels));
    }

    /**
     * Broadcasts fitted detectors.
     *
     * @param path path of a file, or of a folder with a file {@code PRODUCT.fitted} for each product
     * @param several whether a folder is expected
     * @param backbone name or file of the backbone, or empty for the backbone that the fit noted
     * @return detectors by product; by an empty name for a file
     */
    static TreeMap<String, Shipped> of(String path, boolean several, String backbone, JavaSparkContext spark) {
        Configuration hadoop = spark.hadoopConfiguration();
        boolean folder = Bytes.isFolder(path, hadoop);
        if (folder != several) {
            throw new InvalidInputException(
                    "fitted " + path,
                    folder ? "a folder" : "no folder",
                    several
                            ? "a folder of PRODUCT.fitted for the products of productCol"
                            : "a file, or productCol to choose among the files of a folder");
        }
        List<String> files = folder ? Bytes.list(path, SUFFIX, hadoop) : List.of(path);
        if (files.isEmpty()) {
            throw new InvalidInputException("fitted " + path, "no file PRODUCT.fitted", "one for each product");
        }
        Map<String, Backbone> backbones = new HashMap<>();
        TreeMap<String, Shipped> shipped = new TreeMap<>();
        for (String file : files) {
            String name = file.substring(file.lastIndexOf('/') + 1);
            String product = folder ? name.substring(0, name.length() - SUFFIX.length()) : "";
            shipped.put(product, of(Bytes.of(file, hadoop), backbone, backbones, spark));
        }
        return shipped;
    }

    private static Shipped of(byte[] file, String backbone, Map<String, Backbone> backbones, JavaSparkContext spark) {
        FittedDetectors.Saved saved = Bytes.withFolder(
                folder -> FittedDetectors.saved(Files.write(folder.resolve("product" + SUFFIX), file)));
        Map<String, String> notes = saved.notes();
        PackedBackbone packed = packed(saved, backbone, notes);
        Backbone travelling = backbones.computeIfAbsent(packed.id(), id -> Backbone.of(packed, spark));
        String levels = notes.getOrDefault("--levels", "full");
        return new Shipped(
                Bytes.sha256(file, packed.id()),
                spark.broadcast(file),
                travelling,
                notes.getOrDefault("--exif", "upright").equals("upright"),
                levels.equals("full") ? null : levels);
    }

    /** The backbone that is given, or the one that {@code ideal fit} noted, with the noted options. */
    private static PackedBackbone packed(FittedDetectors.Saved saved, String backbone, Map<String, String> notes) {
        Map<String, String> options = new TreeMap<>();
        notes.forEach((name, value) -> {
            if (name.startsWith(OPTION)) {
                options.put(name.substring(OPTION.length()), value);
            }
        });
        String noted = notes.getOrDefault("--backbone", BuiltinBackbone.NAME);
        String name =
                !saved.method().looksThroughBackbone() ? BuiltinBackbone.NAME : backbone.isEmpty() ? noted : backbone;
        String stages = notes.getOrDefault("--stages", "");
        BackboneLoader.Input input = new BackboneLoader.Input(
                Integer.parseInt(notes.getOrDefault("--size", "0")),
                Integer.parseInt(notes.getOrDefault("--heads", "0")),
                stages.isEmpty() ? List.of() : new ArrayList<>(List.of(stages.split(","))));
        return PackedBackbone.of(name, saved.method().name(), options, input);
    }
}
