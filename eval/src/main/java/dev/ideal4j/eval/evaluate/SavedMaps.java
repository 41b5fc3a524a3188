package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.checkpoint.SafetensorsWriter;
import dev.ideal4j.core.checkpoint.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The anomaly maps of a product as safetensors: a tensor (height, width) for each image, with the path of the image as name. */
final class SavedMaps implements Weights {
    private final MapFile maps;
    private final Map<String, Integer> indices = new LinkedHashMap<>();

    private SavedMaps(MapFile maps) {
        this.maps = maps;
    }

    /** Writes {@code maps/SEED-PRODUCT.safetensors} into a run's output folder. */
    static void write(Path out, ProductScores scores, MapFile maps) {
        SavedMaps saved = new SavedMaps(maps);
        for (int i = 0; i < scores.images().size(); i++) {
            saved.indices.put(scores.images().get(i).image(), scores.indices().get(i));
        }
        try {
            Files.createDirectories(out.resolve("maps"));
        } catch (IOException e) {
            throw FileAccessException.of(out.resolve("maps"), e);
        }
        String name = RunFolder.name(scores.seed(), scores.product()) + ".safetensors";
        SafetensorsWriter.write(
                out.resolve("maps").resolve(name),
                saved,
                Map.of("product", scores.product(), "seed", scores.seed() + ""));
    }

    @Override
    public Set<String> names() {
        return indices.keySet();
    }

    @Override
    public Shape shape(String name) {
        return Shape.of(maps.height(indices.get(name)), maps.width(indices.get(name)));
    }

    @Override
    public float[] read(String name) {
        return maps.map(indices.get(name)).values();
    }

    @Override
    public String origin() {
        return "anomaly maps";
    }
}
