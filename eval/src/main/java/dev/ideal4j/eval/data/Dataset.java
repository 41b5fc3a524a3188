package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.ReadOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * A data set on disk.
 *
 * @param name name of its folder, as in {@code --target}: {@code MVTecAD}, or that of a user's data set
 * @param root its folder
 * @param index its images
 */
public record Dataset(String name, Path root, DatasetIndex index) {
    /**
     * Opens the folder {@code name} in a data root. The images are those in its meta.json or, without one, those that its
     * layout gives.
     *
     * @throws IncompleteDatasetException if it has no meta.json and files are missing
     */
    public static Dataset open(Path dataRoot, String name) {
        return open(dataRoot, name, note -> {});
    }

    /**
     * Opens a data set with notes; see {@link #open(Path, String)}.
     *
     * @param notes gets a line for each file that indexing leaves out, and each mask that may belong to another image
     * @throws IncompleteDatasetException if it has no meta.json and files are missing
     */
    public static Dataset open(Path dataRoot, String name, Consumer<String> notes) {
        Path root = dataRoot.resolve(name);
        if (!Files.isDirectory(root)) {
            throw new FileAccessException(root, "no such folder; --data-root must hold a folder named as the target");
        }
        Path meta = root.resolve(MetaJson.NAME);
        if (Files.isRegularFile(meta)) {
            return new Dataset(name, root, MetaJson.read(meta));
        }
        String layout = Datasets.names().contains(name) ? name : Datasets.OWN;
        Indexed indexed = Datasets.index(layout, root, Datasets.pairing(layout));
        indexed.notes().forEach(notes);
        return new Dataset(name, root, indexed.index());
    }

    /**
     * Reads a mask. In a published data set a pixel is defective above level 0, as in the published protocol. In a user's data
     * set the rule for drawn masks holds.
     *
     * @param path path of the mask, from the index
     * @param notes gets notes about the rule by which the mask was read, with its path
     * @throws dev.ideal4j.core.Ideal4jException if the mask cannot be read; the message names it
     * @see MaskReader#readDrawn
     */
    public Mask mask(String path, Consumer<String> notes) {
        Path file = file(path);
        return Datasets.names().contains(name)
                ? MaskReader.read(file)
                : MaskReader.readDrawn(file, ReadOptions.AS_STORED.withNotes(note -> notes.accept(path + ": " + note)));
    }

    /** The file of a path of the index. */
    public Path file(String path) {
        return root.resolve(path);
    }
}
