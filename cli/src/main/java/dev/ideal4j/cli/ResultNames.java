package dev.ideal4j.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names of an image's results, each given once, also on a file system that does not tell capitals from small letters. */
final class ResultNames {
    /** Bytes of a name: file systems allow 255, and suffixes and temporary names come in addition. */
    private static final int LONGEST = 180;

    private final Set<String> given = new HashSet<>();

    /** The folder and name of an image without its suffix, numbered when another image has that name. */
    String of(Path file) {
        Path parent = file.toAbsolutePath().normalize().getParent();
        String name = file.getFileName().toString().replaceFirst("\\.[^.]+$", "");
        if (parent != null && parent.getFileName() != null) {
            name = parent.getFileName() + "_" + name;
        }
        name = shortened(name);
        String unique = name;
        for (int i = 2; !given.add(unique.toLowerCase(Locale.ROOT)); i++) {
            unique = name + "_" + i;
        }
        return unique;
    }

    private static String shortened(String name) {
        String end = name;
        while (end.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            end = end.substring(end.offsetByCodePoints(0, 1));
        }
        return end;
    }
}
