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
 * @param name as in {@code --target}: {@code MVTecAD}, or the name of a folder of one's own
 * @param root its folder
 * @param index its pictures
 */
public record Dataset(String name, Path root, DatasetIndex index) {
    /**
     * Opens the folder {@code name} in a data root: by its meta.json if it has one, else by its layout.
     *
     * @throws IncompleteDatasetException if it has no meta.json and files are missing
     */
    public static Dataset open(Path dataRoot, String name) {
        return open(dataRoot, name, note -> {});
    }

    /**
     * As {@link #open(Path, String)}.
     *
     * @param notes is told what indexing leaves out, and which masks may belong to another image
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
     * Reads a mask: of a published data set as its protocol does, where a pixel is defective above level 0; of a folder of
     * one's own by the rule for masks that somebody drew.
     *
     * @param path of the index
     * @param notes hears what the file leaves open, after its path
     * @throws dev.ideal4j.core.Ideal4jException if it cannot be read; the message names it
     * @see MaskReader#readDrawn
     */
    public Mask mask(String path, Consumer<String> notes) {
        Path file = file(path);
        return Datasets.names().contains(name)
                ? MaskReader.read(file)
                : MaskReader.readDrawn(file, new ReadOptions(false, note -> notes.accept(path + ": " + note)));
    }

    /** Where a path of the index lies. */
    public Path file(String path) {
        return root.resolve(path);
    }
}
