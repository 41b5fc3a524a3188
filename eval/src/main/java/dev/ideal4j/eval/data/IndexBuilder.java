package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects the images that a layout finds, the files that are missing, and notes. */
final class IndexBuilder {
    private final Path root;
    private final String dataset;
    private final Map<String, List<LabeledImage>> train = new LinkedHashMap<>();
    private final Map<String, List<LabeledImage>> test = new LinkedHashMap<>();
    private final Set<List<String>> added = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> unpaired = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    IndexBuilder(Path root, String dataset) {
        this.root = root;
        this.dataset = dataset;
    }

    /** Adds a product to the index, even if it has no images. */
    void product(String product) {
        train.computeIfAbsent(product, p -> new ArrayList<>());
        test.computeIfAbsent(product, p -> new ArrayList<>());
    }

    void add(boolean training, LabeledImage image) {
        if (!added.add(List.of(image.product(), image.image()))) {
            throw new FileFormatException(
                    root, image.image() + " twice among the images of " + image.product(), "each image once");
        }
        product(image.product());
        (training ? train : test).get(image.product()).add(image);
    }

    void missing(String path) {
        missing.add(path);
    }

    /** Adds the reason why images and masks of a folder cannot be paired. */
    void unpaired(String why) {
        unpaired.add(why);
    }

    /** Notes a file as missing if it does not exist. An empty path means no file. */
    void require(String path) {
        if (!path.isEmpty() && !Files.isRegularFile(root.resolve(path))) {
            missing.add(path);
        }
    }

    void note(String note) {
        notes.add(note);
    }

    Indexed build() {
        if (!missing.isEmpty() || !unpaired.isEmpty()) {
            throw new IncompleteDatasetException(root, dataset, missing, unpaired);
        }
        return new Indexed(new DatasetIndex(train, test), notes);
    }
}
