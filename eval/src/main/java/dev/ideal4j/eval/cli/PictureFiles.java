package dev.ideal4j.eval.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageReader;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Finds pictures: files as they are, all pictures below a folder, all that match a glob; each group sorted by name. */
final class PictureFiles {
    private static final String GLOB = "*?[{";

    private PictureFiles() {}

    /**
     * The pictures that arguments stand for, in the order of the arguments.
     *
     * @throws FileAccessException if there is no such file, or no picture where one was looked for
     */
    static List<Path> expand(List<String> arguments) {
        List<Path> files = new ArrayList<>();
        for (String argument : arguments) {
            files.addAll(expand(argument));
        }
        return files;
    }

    private static List<Path> expand(String argument) {
        Path path = asPath(argument);
        if (path != null && Files.isRegularFile(path)) {
            return List.of(path);
        }
        if (path != null && Files.isDirectory(path)) {
            return find(path, path, ImageReader::hasSuffix);
        }
        if (argument.chars().anyMatch(c -> GLOB.indexOf(c) >= 0)) {
            Path root = Path.of(argument.substring(0, rootLength(argument)));
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + argument);
            if (Files.isDirectory(root.toString().isEmpty() ? Path.of(".") : root)) {
                return find(root, Path.of(argument.replaceAll("[*?\\[{].*", "…")), matcher::matches);
            }
        }
        throw new FileAccessException(path == null ? Path.of(".") : path, "no such file or folder");
    }

    private static Path asPath(String argument) {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            return null; // a glob that is no path on this system
        }
    }

    /** Length of the part of a glob before its first folder with a wildcard. */
    private static int rootLength(String glob) {
        int wildcard = 0;
        while (GLOB.indexOf(glob.charAt(wildcard)) < 0) {
            wildcard++;
        }
        return glob.lastIndexOf('/', wildcard) + 1;
    }

    private static List<Path> find(Path root, Path shown, Predicate<Path> wanted) {
        try (Stream<Path> below = Files.walk(root)) {
            List<Path> found =
                    below.filter(Files::isRegularFile).filter(wanted).sorted().toList();
            if (found.isEmpty()) {
                throw new FileAccessException(shown, "no picture there (" + ImageReader.suffixes() + ")");
            }
            return found;
        } catch (IOException e) {
            throw new FileAccessException(root, e);
        }
    }
}
