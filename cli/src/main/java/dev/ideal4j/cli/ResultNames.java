package dev.ideal4j.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Gives the results of each image a name of their own, which differs from the others in more than the case of letters. */
final class ResultNames {
    /** Largest length of a name in bytes. File systems allow 255, and suffixes and temporary names add to it. */
    private static final int LONGEST = 180;

    private final Set<String> given = new HashSet<>();

    /** The folder and name of an image without its suffix, with a number if another image has that name. */
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
