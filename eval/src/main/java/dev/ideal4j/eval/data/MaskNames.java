package dev.ideal4j.eval.data;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Pairs the images and masks of a folder by their names. */
final class MaskNames {
    private static final String MARK = "_mask";
    private static final String DEFAULT_ENDING = ".png";

    private final Map<String, String> maskOf = new HashMap<>();
    private final Collection<String> used = new HashSet<>();
    private final String suffix;
    private final String imageEnding;
    private final String maskEnding;

    MaskNames(List<String> images, List<String> masks, String suffix) {
        this.suffix = suffix;
        imageEnding = images.isEmpty() ? DEFAULT_ENDING : ending(images.get(0));
        maskEnding = masks.isEmpty() ? DEFAULT_ENDING : ending(masks.get(0));
        Map<String, String> byStem = new HashMap<>();
        masks.forEach(mask -> byStem.putIfAbsent(Listing.stem(mask), mask));
        for (String image : images) {
            String stem = Listing.stem(image);
            String mask = byStem.getOrDefault(stem, byStem.get(stem + MARK));
            if (mask != null) {
                maskOf.put(image, mask);
                used.add(mask);
            }
        }
    }

    /** The mask of an image, or null. */
    String maskOf(String image) {
        return maskOf.get(image);
    }

    boolean isUsed(String mask) {
        return used.contains(mask);
    }

    /** Whether a mask without an image is a second mask of an image. */
    boolean isSecond(String mask) {
        String stem = Listing.stem(mask);
        String image = stem.endsWith(MARK) ? stem.substring(0, stem.length() - MARK.length()) : stem;
        return maskOf.keySet().stream().map(Listing::stem).anyMatch(name -> name.equals(stem) || name.equals(image));
    }

    /** The images that share a mask with another image, because their names differ only in the suffix. */
    List<String> shared() {
        return maskOf.keySet().stream()
                .filter(image -> Collections.frequency(maskOf.values(), maskOf.get(image)) > 1)
                .sorted(Listing.BY_CODE_POINT)
                .toList();
    }

    /** The expected name of the mask of an image. */
    String expectedMask(String image) {
        return Listing.stem(image) + suffix + maskEnding;
    }

    /** The expected name of the image of a mask. */
    String expectedImage(String mask) {
        String stem = Listing.stem(mask);
        return (stem.endsWith(MARK) ? stem.substring(0, stem.length() - MARK.length()) : stem) + imageEnding;
    }

    private static String ending(String name) {
        return name.substring(Listing.stem(name).length());
    }
}
