package dev.ideal4j.eval.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The layout of MVTec AD: {@code product/train/good}, {@code product/test/good}, {@code product/test/type}, and masks in
 * {@code product/ground_truth/type}. Types are taken in sorted order. If masks are not required, {@code product/good} and
 * {@code product/type} do as well, an image may have a folder of masks as in MVTec LOCO AD, and labels of annotation tools
 * may lie beside an image.
 *
 * @param dataset the data set's name, for messages
 * @param products product folders, in order; an empty name is the folder of the data set itself
 * @param normal names of the folders of normal images
 * @param maskSuffix the text that a mask's name adds to its image's name: {@code _mask}, or empty
 * @param pairing how masks are found
 * @param trainRequired whether each product must have a training part
 * @param masksRequired whether each product must have masks
 */
record FolderLayout(
        String dataset,
        List<String> products,
        Collection<String> normal,
        String maskSuffix,
        MaskPairing pairing,
        boolean trainRequired,
        boolean masksRequired)
        implements Layout {
    private static final int NAMED = 5;
    private static final String TRAIN = "train/";
    private static final String TEST = "test/";
    private static final String MASKS = "ground_truth";

    /** Suffixes of the files of annotation tools. */
    private static final List<String> LABELS = List.of(".json", ".txt");

    @Override
    public Indexed index(Path root) {
        IndexBuilder found = new IndexBuilder(root, dataset);
        for (String product : products) {
            String prefix = product.isEmpty() ? "" : product + "/";
            found.product(name(root, product));
            boolean phased = masksRequired || Files.isDirectory(root.resolve(prefix + TEST));
            for (String phase : phased ? List.of(TRAIN, TEST) : List.of("")) {
                Path folder = root.resolve(prefix + phase);
                if (Files.isDirectory(folder)) {
                    Listing.names(folder).stream()
                            .filter(type -> phased || !type.equals(MASKS))
                            .forEach(type -> type(root, product, prefix, phase, type, found));
                } else if (trainRequired || phase.equals(TEST)) {
                    found.missing(prefix + phase);
                }
            }
        }
        return found.build();
    }

    private static String name(Path root, String product) {
        return product.isEmpty()
                ? root.toAbsolutePath().normalize().getFileName().toString()
                : product;
    }

    private void type(Path root, String product, String prefix, String phase, String type, IndexBuilder found) {
        String folder = prefix + phase + type;
        if (Listing.isHidden(type)) {
            found.note(folder + " left out: hidden");
            return;
        }
        if (!Files.isDirectory(root.resolve(folder))) {
            found.note(folder + " left out: not a folder of images");
            return;
        }
        boolean anomalous = !normal.contains(type);
        List<String> images = images(root, folder, found);
        String maskFolder = prefix + MASKS + "/" + type;
        boolean masked = anomalous && (masksRequired || Files.isDirectory(root.resolve(prefix + MASKS)));
        List<String> masks = masked ? masks(root, folder, images, maskFolder, found) : null;
        for (int i = 0; i < images.size(); i++) {
            String image = folder + "/" + images.get(i);
            String mask = masks == null || masks.get(i) == null ? "" : maskFolder + "/" + masks.get(i);
            if (mask.isEmpty() && anomalous && !masksRequired) {
                mask = beside(root, image);
            }
            found.add(phase.equals(TRAIN), new LabeledImage(image, mask, name(root, product), type, anomalous));
        }
    }

    /** The file of an annotation tool beside an image; empty if there is none. */
    private static String beside(Path root, String image) {
        return LABELS.stream()
                .map(suffix -> Listing.stem(image) + suffix)
                .filter(file -> Files.isRegularFile(root.resolve(file)))
                .findFirst()
                .orElse("");
    }

    private static List<String> images(Path root, String folder, IndexBuilder found) {
        List<String> names = Listing.names(root.resolve(folder));
        List<String> images = names.stream().filter(Listing::isImage).toList();
        for (String name : names) {
            boolean label = LABELS.stream().anyMatch(name::endsWith)
                    && images.stream().map(Listing::stem).anyMatch(Listing.stem(name)::equals);
            if (!Listing.isImage(name) && !label) {
                found.note(folder + "/" + name + " left out: not an image");
            }
        }
        return images;
    }

    /** The mask of each image. Images without a mask and masks without an image are noted as missing. */
    private List<String> masks(Path root, String folder, List<String> images, String maskFolder, IndexBuilder found) {
        List<String> severalMasks = Files.isDirectory(root.resolve(maskFolder))
                ? Listing.folders(root.resolve(maskFolder)).stream()
                        .filter(name -> images.stream().map(Listing::stem).anyMatch(name::equals))
                        .toList()
                : List.of();
        if (!severalMasks.isEmpty() && !masksRequired) {
            images.stream()
                    .filter(image -> !severalMasks.contains(Listing.stem(image)))
                    .forEach(image -> found.missing(maskFolder + "/" + Listing.stem(image) + "/"));
            return images.stream().map(Listing::stem).toList();
        } else if (!severalMasks.isEmpty()) {
            found.unpaired("in " + maskFolder + " images have folders of masks ("
                    + IncompleteDatasetException.first(severalMasks, NAMED, ", ")
                    + "), as in MVTec LOCO AD; expected one mask an image, with all its defects");
            return null;
        }
        List<String> masks = Files.isDirectory(root.resolve(maskFolder)) ? images(root, maskFolder, found) : List.of();
        MaskNames names = new MaskNames(images, masks, maskSuffix);
        List<String> withoutMask =
                images.stream().filter(image -> names.maskOf(image) == null).toList();
        List<String> withoutImage =
                masks.stream().filter(mask -> !names.isUsed(mask)).toList();
        List<String> shared = names.shared();
        if (!withoutMask.isEmpty() && !withoutImage.isEmpty()) {
            found.unpaired("in " + folder + " these have no mask: "
                    + IncompleteDatasetException.first(withoutMask, NAMED, ", ") + "; in " + maskFolder
                    + " these have no image: " + IncompleteDatasetException.first(withoutImage, NAMED, ", ")
                    + "; expected masks named as their images or NAME_mask");
        } else if (withoutImage.stream().anyMatch(names::isSecond)) {
            found.unpaired("in " + maskFolder + " an image has two masks: "
                    + IncompleteDatasetException.first(
                            withoutImage.stream().filter(names::isSecond).toList(), NAMED, ", ")
                    + " and one more; expected one mask an image");
        } else if (!shared.isEmpty()) {
            found.unpaired(
                    "in " + folder + " images share one mask: " + IncompleteDatasetException.first(shared, NAMED, ", ")
                            + "; expected names that differ before the dot");
        } else {
            withoutMask.forEach(image -> found.missing(maskFolder + "/" + names.expectedMask(image)));
            withoutImage.forEach(mask -> found.missing(folder + "/" + names.expectedImage(mask)));
        }
        List<String> byName = images.stream().map(names::maskOf).collect(Collectors.toList());
        if (pairing == MaskPairing.NAME || masks.size() != images.size()) {
            return byName;
        }
        for (int i = 0; i < images.size(); i++) {
            if (!masks.get(i).equals(byName.get(i))) {
                found.note(folder + "/" + images.get(i) + " is given the mask " + masks.get(i)
                        + ", as the published script does; --pairing name gives it its own");
            }
        }
        return masks;
    }
}
