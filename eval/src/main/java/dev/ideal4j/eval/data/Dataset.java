package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.ReadOptions;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.labels.ImageLabels;
import dev.ideal4j.core.image.labels.Labels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A data set on disk. Thread-safe. */
public final class Dataset {
    private final String name;
    private final Path root;
    private final DatasetIndex index;

    /** Files of labels, each read once. */
    private final Map<Path, Labels> labels = new ConcurrentHashMap<>();

    /**
     * @param name name of its folder, as in {@code --target}: {@code MVTecAD}, or that of a user's data set
     * @param root its folder
     * @param index its images
     */
    public Dataset(String name, Path root, DatasetIndex index) {
        this.name = name;
        this.root = root;
        this.index = index;
    }

    /** The name of its folder. */
    public String name() {
        return name;
    }

    /** Its folder. */
    public Path root() {
        return root;
    }

    /** Its images. */
    public DatasetIndex index() {
        return index;
    }

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
     * Reads the mask of an image. In a published data set a pixel is defective above level 0, as in the published protocol. In
     * a user's data set the rule for drawn masks holds, and the mask may be a folder of masks, or a file of labels.
     *
     * @param image an image of the index that has a mask
     * @param notes gets notes about the rule by which the mask was read, with its path
     * @throws dev.ideal4j.core.Ideal4jException if the mask cannot be read; the message names it
     * @see MaskReader#readDrawn
     */
    public Mask mask(LabeledImage image, Consumer<String> notes) {
        Path file = file(image.mask());
        ReadOptions options = ReadOptions.AS_STORED.withNotes(note -> notes.accept(image.mask() + ": " + note));
        if (Datasets.names().contains(name)) {
            return MaskReader.read(file);
        } else if (Files.isDirectory(file)) {
            return joined(file, options);
        } else if (ImageReader.hasSuffix(file)) {
            return MaskReader.readDrawn(file, options);
        }
        ImageLabels read = labels.computeIfAbsent(file, path -> Labels.read(path, options))
                .of(file(image.image()))
                .orElseThrow(() -> new FileFormatException(file, "no labels of " + image.image(), "labels of it"));
        if (read.width() > 0) {
            return read.mask(read.width(), read.height());
        }
        RgbImage pixels = ImageReader.read(file(image.image()));
        return read.mask(pixels.width(), pixels.height());
    }

    private static Mask joined(Path folder, ReadOptions options) {
        Mask joined = null;
        for (String each :
                Listing.names(folder).stream().filter(Listing::isImage).toList()) {
            Mask mask = MaskReader.readDrawn(folder.resolve(each), options);
            if (joined == null) {
                joined = mask;
                continue;
            } else if (mask.width() != joined.width() || mask.height() != joined.height()) {
                throw new FileFormatException(
                        folder.resolve(each),
                        mask.width() + "×" + mask.height(),
                        joined.width() + "×" + joined.height() + ", the size of the other masks");
            }
            for (int i = 0; i < mask.pixels().length; i++) {
                joined.pixels()[i] |= mask.pixels()[i];
            }
        }
        if (joined == null) {
            throw new FileAccessException(folder, "no mask in it");
        }
        return joined;
    }

    /** The file of a path of the index. */
    public Path file(String path) {
        return root.resolve(path);
    }
}
