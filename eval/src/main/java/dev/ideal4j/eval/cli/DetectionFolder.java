package dev.ideal4j.eval.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The output folder of {@code ideal detect}: {@code NAME.heatmap.png} (the picture under its map), the raw map as {@code
 * NAME.map.png} or {@code .npy}, {@code scores.json} and {@code config.json}. All raw maps share one scale, 0 to 1; all heatmaps
 * one from the lowest to the highest score of the run, so that they compare.
 */
final class DetectionFolder {
    private static final float LEAST = 0;
    private static final float MOST = 1;
    private static final float OPACITY = 0.6f;

    /** Least width of the heatmaps' scale, so that a run of good pictures stays dark. */
    private static final float LEAST_RANGE = 0.05f;

    private final Path folder;
    private final MapFormat maps;
    private final Map<String, Integer> names = new HashMap<>();
    private final List<Scored> scored = new ArrayList<>();

    /** What a heatmap is drawn from, when the scale is known. */
    private record Scored(Path file, String name, ScoreMap patches) {}

    /** How raw maps are written. */
    enum MapFormat {
        /** 16-bit grey PNG, 0 to 65535 for 0 to 1. */
        PNG,
        /** NumPy float32. */
        NPY
    }

    private DetectionFolder(Path folder, MapFormat maps) {
        this.folder = folder;
        this.maps = maps;
    }

    static DetectionFolder create(Path folder, MapFormat maps) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FileAccessException(folder, e);
        }
        return new DetectionFolder(folder, maps);
    }

    /** Writes a picture's map. */
    void add(Path file, Anomaly anomaly) {
        String name = uniqueName(file);
        scored.add(new Scored(file, name, anomaly.patches()));
        if (maps == MapFormat.PNG) {
            ImageWriter.writePng(anomaly.map(), LEAST, MOST, folder.resolve(name + ".map.png"));
        } else {
            ImageWriter.writeNpy(anomaly.map(), folder.resolve(name + ".map.npy"));
        }
    }

    /** The folder and name of a picture without its suffix, numbered when it comes again. */
    private String uniqueName(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        String name = file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
        if (parent != null && parent.getFileName() != null) {
            name = parent.getFileName() + "_" + name;
        }
        int count = names.merge(name, 1, Integer::sum);
        return count == 1 ? name : name + "_" + count;
    }

    /** Writes the heatmaps, the scores and the run's config. */
    void finish(List<ScoredPicture> pictures, RunConfig config) {
        float least = Float.POSITIVE_INFINITY;
        float most = Float.NEGATIVE_INFINITY;
        for (Scored picture : scored) {
            least = Math.min(least, picture.patches.min());
            most = Math.max(most, picture.patches.max());
        }
        most = Math.max(most, least + LEAST_RANGE);
        for (Scored picture : scored) {
            RgbImage image = ImageReader.read(picture.file);
            ImageWriter.writePng(
                    Heatmap.overlay(image, picture.patches, least, most, OPACITY),
                    folder.resolve(picture.name + ".heatmap.png"));
        }
        Map<String, Object> settings = config.toMap();
        settings.put("heatmapScale", List.of(least, most));
        writeJson("scores.json", pictures);
        writeJson("config.json", settings);
    }

    private void writeJson(String name, Object value) {
        ObjectMapper mapper = new ObjectMapper();
        AtomicFile.write(
                folder.resolve(name),
                out -> out.write(
                        mapper.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(value)));
    }
}
