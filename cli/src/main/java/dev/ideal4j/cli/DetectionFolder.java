package dev.ideal4j.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.ImageWriter;
import dev.ideal4j.core.image.NpyMap;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.DecisionRule;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.eval.evaluate.FolderLock;
import dev.ideal4j.eval.results.ImageScore;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The output folder of {@code ideal detect}: {@code NAME.heatmap.png} (the image under its map), the raw map as {@code
 * NAME.map.npy} or {@code .png}, {@code scores.json}, {@code failed.json} if an image failed, and {@code config.json}. An
 * image's files are written before its entry in {@code scores.json}. A lock keeps a second run out. A folder never holds the
 * results of two runs.
 */
final class DetectionFolder implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String SCORES = "scores.json";
    private static final String FAILED = "failed.json";
    private static final String CONFIG = "config.json";
    private static final String RESULTS =
            "{*.heatmap.png,*.map.png,*.map.npy," + SCORES + "," + FAILED + ",legend.png}";
    private static final String LEGEND = "legend.png";
    private static final float OPACITY = 0.6f;
    private static final int OUTLINE = 0x00e5ff;

    private final Path folder;
    private final MapFormat maps;
    private final FolderLock lock;
    private final List<Path> old;
    private final ResultNames names = new ResultNames();
    private HeatScale scale;
    private JsonListFile scores;
    private JsonListFile failed;

    /** The format of raw maps. */
    enum MapFormat {
        /** NumPy float32: the scores unchanged. */
        NPY,
        /** 16-bit grey PNG. Black to white is 0 to 1, extended to the map's lowest and highest score if these lie outside. */
        PNG
    }

    private DetectionFolder(Path folder, MapFormat maps, FolderLock lock, List<Path> old) {
        this.folder = folder;
        this.maps = maps;
        this.lock = lock;
        this.old = old;
    }

    /**
     * Locks a folder; creates it if it is missing.
     *
     * @param replace whether results of an earlier run may be deleted
     * @throws InvalidInputException if another run has locked the folder, or it holds results that may not be deleted
     */
    static DetectionFolder claim(Path folder, MapFormat maps, boolean replace) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
        FolderLock lock = FolderLock.claim(folder, folder);
        try {
            List<Path> old = results(folder);
            if (!old.isEmpty() && !replace) {
                throw new InvalidInputException(
                        "--out " + folder,
                        "results of an earlier run, " + old.get(0).getFileName(),
                        "a new folder, or --replace to delete them");
            }
            return new DetectionFolder(folder, maps, lock, old);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private static List<Path> results(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, RESULTS)) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
        Collections.sort(found);
        return found;
    }

    /**
     * Deletes earlier results, and writes the run's config and the legend of its heat maps.
     *
     * @param rule what decides on scores, or null
     */
    void begin(RunConfig config, HeatScale scale, DecisionRule rule) {
        this.scale = scale;
        try {
            for (Path file : old) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
        Map<String, Object> settings = config.toMap();
        settings.put("heatmapScale", List.of(scale.low(), scale.high()));
        settings.put("maps", maps.name().toLowerCase(Locale.ROOT));
        AtomicFile.write(
                folder.resolve(CONFIG),
                out -> out.write(
                        MAPPER.writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(settings)));
        float middle = (scale.low() + scale.high()) / 2;
        ImageWriter.writePng(
                Heatmap.legend(List.of(
                        label("", scale.low()),
                        label(rule == null ? "" : "pixel threshold ", middle),
                        label("", scale.high()))),
                folder.resolve(LEGEND));
        scores = JsonListFile.create(folder.resolve(SCORES));
    }

    private static String label(String words, float score) {
        return words + String.format(Locale.ROOT, "%.3f", score);
    }

    /**
     * Writes an image's files, then its entry.
     *
     * @param anomaly the image's
     * @param heat the anomaly's, in the image's size
     */
    void add(Path file, RgbImage image, Anomaly anomaly, ScoreMap heat, ImageScore scored) {
        ScoreMap map = anomaly.map();
        String name = names.of(file);
        ObjectNode entry = MAPPER.valueToTree(scored);
        if (maps == MapFormat.PNG) {
            float low = Math.min(0, map.min());
            float high = Math.max(1, map.max());
            entry.put("map", name + ".map.png");
            entry.putArray("mapScale").add(low).add(high);
            ImageWriter.writePng(map, low, high, folder.resolve(name + ".map.png"));
        } else {
            entry.put("map", name + ".map.npy");
            NpyMap.write(map, folder.resolve(name + ".map.npy"));
        }
        entry.put("heatmap", name + ".heatmap.png");
        ImageWriter.writePng(overlay(image, heat, anomaly.rule()), folder.resolve(name + ".heatmap.png"));
        scores.add(entry);
    }

    /** The image under its map, with outlines around regions above the pixel threshold. */
    private RgbImage overlay(RgbImage image, ScoreMap heat, DecisionRule rule) {
        RgbImage overlay = Heatmap.overlay(image, heat, scale.low(), scale.high(), OPACITY);
        if (rule == null) {
            return overlay;
        }
        float threshold = Math.nextUp((float) rule.pixel().value());
        return Heatmap.outline(overlay, heat.atLeast(threshold), OUTLINE);
    }

    /** Writes that an image could not be scored. */
    void failed(Path file, String reason) {
        if (failed == null) {
            failed = JsonListFile.create(folder.resolve(FAILED));
        }
        failed.add(JsonNodeFactory.instance
                .objectNode()
                .put("image", file.toString())
                .put("reason", reason));
    }

    @Override
    public void close() {
        if (scores != null) {
            scores.close();
        }
        if (failed != null) {
            failed.close();
        }
        lock.close();
    }
}
