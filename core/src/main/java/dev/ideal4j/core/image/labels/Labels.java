package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.ReadOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Labels of images from the files of annotation tools. The content of a file determines its format:
 *
 * <ul>
 *   <li>JSON of LabelMe (a file for each image with the name of the image), COCO (polygons, both forms of RLE, boxes)
 *       and Label Studio (brush, polygons, rectangles)
 *   <li>a text file for each image, with polygons and boxes of YOLO (class names in data.yaml or classes.txt) or with
 *       corners of boxes in pixels like in DeepPCB
 *   <li>masks with a colour for each type and a {@code labelmap.txt}, like in CVAT and Pascal VOC
 *   <li>masks as images, read by {@link MaskReader#readClasses}; the levels of a class-index mask are types. A folder
 *       named by the number of an image contains several masks of this image, like in MVTec LOCO AD
 * </ul>
 *
 * <p>Polygons and boxes of COCO, Label Studio and YOLO cover the same pixels as in pycocotools, that is, the pixels
 * whose centre lies inside. Shapes of LabelMe cover the same pixels as in LabelMe, including the outline. Immutable.
 */
public final class Labels {
    private static final String ENDING = "[_.-]?(mask|gt|label|json)$";

    /** Prefix that Label Studio adds to the names of uploaded files. */
    private static final String UPLOAD = "^[0-9a-f]{8}-";

    private final String source;
    private final Map<String, List<Entry>> byStem = new HashMap<>();
    private int count;

    /** The labels of an image, which may be read lazily. */
    private record Entry(String image, Supplier<ImageLabels> labels) {}

    private Labels(String source) {
        this.source = source;
    }

    /**
     * Reads labels. Masks are read lazily.
     *
     * @param path a file, or a folder with files of one tool. If the folder contains JSON or text files with labels,
     *     its images are not read as masks
     * @param options options for reading masks; the notes receive the names of ignored files
     * @throws FileAccessException if the file or folder does not exist or has no labels
     * @throws FileFormatException if a file is damaged
     */
    public static Labels read(Path path, ReadOptions options) {
        Labels labels = new Labels(path.toString());
        if (Files.isDirectory(path)) {
            labels.addFolder(path, options);
        } else if (!Files.isRegularFile(path)) {
            throw new FileAccessException(path, "no such file or folder");
        } else if (!labels.addFile(path, path.toAbsolutePath().getParent(), options)) {
            if (!ImageReader.hasSuffix(path)) {
                throw new FileFormatException(path, "no labels", LabelJson.EXPECTED + ", lines of YOLO, or a mask");
            }
            labels.addMask(path, path.getFileName(), options, List.of());
        }
        if (labels.count == 0) {
            throw new FileAccessException(path, "no labels in it");
        }
        return labels;
    }

    private void addFolder(Path root, ReadOptions options) {
        Path map = root.resolve(ColourMasks.MAP);
        if (Files.isRegularFile(map)) {
            ColourMasks masks = new ColourMasks(map);
            Path folder = ColourMasks.folder(root);
            files(folder).stream()
                    .filter(ImageReader::hasSuffix)
                    .forEach(file -> add(folder.relativize(file).toString(), () -> masks.read(file, options)));
            return;
        }
        List<Path> images = new ArrayList<>();
        for (Path file : files(root)) {
            if (ImageReader.hasSuffix(file)) {
                images.add(file);
            } else if (!addFile(file, root, options) && isText(file) && !ClassNames.isList(file)) {
                options.notes().accept(file + " is left out: it has no labels");
            }
        }
        if (count == 0) {
            addMasks(root, images, options);
        }
    }

    private void addMasks(Path root, List<Path> images, ReadOptions options) {
        List<String> names = ClassNames.of(root);
        Map<Path, List<Path>> several = new HashMap<>();
        for (Path file : images) {
            Path folder = file.getParent();
            if (!folder.equals(root) && isNumber(folder) && isNumber(file)) {
                several.computeIfAbsent(folder, f -> new ArrayList<>()).add(file);
            } else {
                addMask(file, root.relativize(file), options, names);
            }
        }
        several.forEach((folder, masks) -> add(root.relativize(folder).toString(), () -> {
            List<Label> labels = new ArrayList<>();
            for (Path file : masks) {
                labels.addAll(mask(file, folder.getParent(), options, names).labels());
            }
            return new ImageLabels(folder.toString(), "", 0, 0, labels);
        }));
    }

    private static boolean isNumber(Path file) {
        return stem(String.valueOf(file.getFileName())).matches("\\d+");
    }

    private void addMask(Path file, Path name, ReadOptions options, List<String> names) {
        Path folder = name.getParent() == null ? null : file.getParent();
        add(name.toString(), () -> mask(file, folder, options, names));
    }

    /** Returns the labels of a mask. The name of the folder is the type if the mask has no classes. */
    private static ImageLabels mask(Path file, Path folder, ReadOptions options, List<String> names) {
        ReadOptions named = options.withNotes(note -> options.notes().accept(file + ": " + note));
        List<Label> labels = new ArrayList<>();
        Mask any = null;
        for (Map.Entry<Integer, Mask> each : MaskReader.readClasses(file, named).entrySet()) {
            int level = each.getKey();
            any = each.getValue();
            Mask mask = any;
            String type = level > 0
                    ? level < names.size() ? names.get(level) : Integer.toString(level)
                    : folder == null ? "" : String.valueOf(folder.getFileName());
            if (!mask.isEmpty()) {
                labels.add(new Label(
                        file.toString(),
                        type,
                        canvas -> canvas.add(mask.width(), mask.height(), i -> mask.pixels()[i])));
            }
        }
        return new ImageLabels(file.toString(), "", any.width(), any.height(), labels);
    }

    /** Adds the labels of a JSON or text file, and returns whether the file has labels. */
    private boolean addFile(Path file, Path root, ReadOptions options) {
        String name = file.getFileName().toString();
        String inRoot = file.startsWith(root) ? root.relativize(file).toString() : name;
        if (name.endsWith(".json")) {
            Optional<List<ImageLabels>> read = LabelJson.read(file);
            read.ifPresent(all -> all.forEach(each -> add(each.image().isEmpty() ? inRoot : each.image(), () -> each)));
            return read.isPresent();
        }
        if (!isText(file) || ClassNames.isList(file)) {
            return false;
        }
        String text = BoxText.text(file);
        if (!BoxText.matches(text)) {
            return false;
        }
        ImageLabels read = BoxText.read(file, text, ClassNames.of(root));
        add(inRoot, () -> read);
        return true;
    }

    private static boolean isText(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".txt") || name.endsWith(".json");
    }

    private void add(String image, Supplier<ImageLabels> labels) {
        Entry entry = new Entry(image.replace('\\', '/'), labels);
        String stem = stem(name(entry.image));
        Stream.of(stem, stem.replaceFirst(ENDING, ""), stem.replaceFirst(UPLOAD, ""))
                .distinct()
                .forEach(key ->
                        byStem.computeIfAbsent(key, k -> new ArrayList<>()).add(entry));
        count++;
    }

    private static List<Path> files(Path root) {
        try (Stream<Path> all = Files.walk(root, FileVisitOption.FOLLOW_LINKS)) {
            return all.filter(Files::isRegularFile)
                    .filter(file -> !root.relativize(file).toString().matches("(.*[/\\\\])?\\..*"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileAccessException.of(root, e);
        } catch (UncheckedIOException e) {
            throw FileAccessException.of(root, e.getCause());
        }
    }

    /** The number of images that have labels, including images without defects. */
    public int size() {
        return count;
    }

    /**
     * Returns the labels of an image. File names are compared without suffix and without endings like {@code _mask} of
     * the label and {@code _test} of the image. If several labels have the name, the labels whose folders have the same
     * names as those of the image are chosen.
     *
     * @return the labels; empty if there are none, which does not mean that the image is normal
     * @throws InvalidInputException if it is unclear which labels belong to the image
     * @throws FileFormatException if the mask is damaged
     */
    public Optional<ImageLabels> of(Path image) {
        String stem = stem(String.valueOf(image.getFileName()));
        List<Entry> found = byStem.getOrDefault(stem, byStem.getOrDefault(stem.replaceFirst("_test$", ""), List.of()));
        int best =
                found.stream().mapToInt(entry -> likeness(entry, image)).max().orElse(0);
        List<Entry> likest =
                found.stream().filter(entry -> likeness(entry, image) == best).toList();
        if (likest.size() > 1) {
            throw new InvalidInputException(
                    "labels of " + image,
                    likest.get(0).image + " and " + likest.get(1).image + " in " + source,
                    "one that fits; tell them apart by their folders");
        }
        return likest.stream().findFirst().map(entry -> entry.labels.get());
    }

    /** Rates how well the name of an entry matches the end of a path. Equal folders count more than an equal suffix. */
    private static int likeness(Entry entry, Path image) {
        Path named = Path.of(entry.image);
        Path folder = image.toAbsolutePath().normalize().getParent();
        int folders = 0;
        for (Path each = named.getParent(); each != null && folder != null; each = each.getParent()) {
            if (!each.getFileName().equals(folder.getFileName())) {
                break;
            }
            folders++;
            folder = folder.getParent();
        }
        return 2 * folders + (named.getFileName().equals(image.getFileName()) ? 1 : 0);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot <= 0 ? name : name.substring(0, dot);
    }

    /**
     * Writes labels as COCO JSON with compressed RLE. Each label that marks at least one pixel becomes an annotation.
     *
     * @param images the labels; each must have the size of its image
     * @throws FileAccessException if the file cannot be written
     */
    public static void writeCoco(List<ImageLabels> images, Path file) {
        for (ImageLabels image : images) {
            if (image.width() < 1 || image.height() < 1) {
                throw new InvalidInputException("labels of " + image.image(), "no size", "the size of the image");
            }
        }
        Coco.write(images, file);
    }
}
