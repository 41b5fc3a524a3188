package dev.ideal4j.eval.data;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Lists folders in an order that is the same on every machine: by the code points of the names. */
final class Listing {
    /** The order of strings in Python. Java's order differs beyond U+FFFF. */
    static final Comparator<String> BY_CODE_POINT = (a, b) ->
            java.util.Arrays.compare(a.codePoints().toArray(), b.codePoints().toArray());

    private Listing() {}

    /** Names of the entries of a folder, sorted. */
    static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .sorted(BY_CODE_POINT)
                    .toList();
        } catch (IOException e) {
            throw FileAccessException.of(folder, e);
        }
    }

    /** Whether a name is that of a file that operating systems add to folders: {@code .DS_Store}, {@code ._1.png}. */
    static boolean isHidden(String name) {
        return name.startsWith(".") || name.equals("__MACOSX");
    }

    /** Names of the folders in a folder, sorted; hidden ones left out. */
    static List<String> folders(Path folder) {
        return names(folder).stream()
                .filter(name -> !isHidden(name) && Files.isDirectory(folder.resolve(name)))
                .toList();
    }

    /** Whether a name has the suffix of an image, in upper or lower case. */
    static boolean isImage(String name) {
        return !isHidden(name) && ImageReader.hasSuffix(Path.of(name));
    }

    /** A name without its suffix. */
    static String stem(String name) {
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
