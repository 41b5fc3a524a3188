package dev.ideal4j.cli;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.image.ImageReader;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Finds the images that arguments name: a file itself, all images below a folder, or all images that match a glob. Each
 * group is sorted by name. Links are followed. Hidden files and folders, and files that are not images, are left out and
 * named in a note.
 */
final class ImagePaths {
    private static final String GLOB = "*?[{";

    /** Files that operating systems put into folders. No note mentions them. */
    private static final Set<String> UNMENTIONED = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

    private final String argument;
    private final Predicate<Path> wanted;
    private final List<Path> found = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private int hidden;

    private ImagePaths(String argument, Predicate<Path> wanted) {
        this.argument = argument;
        this.wanted = wanted;
    }

    /** Does as {@link #expand(List, Consumer)}, without notes. */
    static List<Path> expand(List<String> arguments) {
        return expand(arguments, note -> {});
    }

    /**
     * The images that the arguments name, in the order of the arguments.
     *
     * @param notes gets a line for each argument of which files are left out
     * @throws FileAccessException if a file is missing, or an argument gives no image
     */
    static List<Path> expand(List<String> arguments, Consumer<String> notes) {
        List<Path> files = new ArrayList<>();
        for (String argument : arguments) {
            files.addAll(expand(argument, notes));
        }
        return files;
    }

    private static List<Path> expand(String argument, Consumer<String> notes) {
        Path path = asPath(argument);
        if (path != null && Files.isRegularFile(ImageReader.file(path))) {
            return List.of(path);
        }
        if (path != null && Files.isDirectory(path)) {
            return new ImagePaths(argument, file -> true).find(path, notes);
        }
        if (argument.chars().anyMatch(c -> GLOB.indexOf(c) >= 0)) {
            Path root = Path.of(argument.substring(0, rootLength(argument)));
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + argument);
            if (Files.isDirectory(root.toString().isEmpty() ? Path.of(".") : root)) {
                return new ImagePaths(argument, matcher::matches).find(root, notes);
            }
        }
        throw new FileAccessException(argument, "no such file or folder");
    }

    private static Path asPath(String argument) {
        try {
            return Path.of(argument);
        } catch (InvalidPathException e) {
            return null; // a glob that is not a path on this system
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

    private List<Path> find(Path root, Consumer<String> notes) {
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(root));
        } catch (IOException e) {
            throw FileAccessException.of(root, e);
        }
        if (found.isEmpty()) {
            String leftOut = others.isEmpty() ? "" : ", only " + suffixes();
            throw new FileAccessException(argument, "no image there (" + ImageReader.suffixes() + ")" + leftOut);
        }
        if (!others.isEmpty()) {
            notes.accept(argument + ": left out " + files(others.size(), "") + " (" + suffixes()
                    + "); PNG, JPEG, BMP, TIFF, WebP, GIF and PNM are read");
        }
        if (hidden > 0) {
            notes.accept(argument + ": left out " + files(hidden, "hidden "));
        }
        return found.stream().sorted().toList();
    }

    private static String files(int count, String kind) {
        return count + " " + kind + (count == 1 ? "file" : "files");
    }

    /** The suffixes of the files left out; the name of a file without suffix. */
    private String suffixes() {
        Set<String> suffixes = new TreeSet<>();
        for (Path file : others) {
            String name = file.getFileName().toString();
            suffixes.add(name.lastIndexOf('.') > 0 ? "*" + name.substring(name.lastIndexOf('.')) : name);
        }
        return String.join(", ", suffixes);
    }

    private final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;

        Visitor(Path root) {
            this.root = root;
        }

        /** Whether a name begins with a dot, and the argument does not name such files. */
        private boolean isHidden(Path entry) {
            String name = entry.getFileName() == null ? "" : entry.getFileName().toString();
            String last = argument.substring(argument.lastIndexOf('/') + 1);
            return !entry.equals(root) && name.startsWith(".") && !last.startsWith(".");
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            boolean unmentioned = UNMENTIONED.contains(file.getFileName().toString());
            if (!attributes.isRegularFile() || unmentioned || !wanted.test(file)) {
                return FileVisitResult.CONTINUE;
            }
            if (isHidden(file)) {
                hidden++;
            } else if (ImageReader.hasSuffix(file)) {
                found.add(file);
            } else {
                others.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        /** Passes over a folder that contains itself through a link. Any other failure is an error. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
            }
            throw FileAccessException.of(file, e);
        }
    }
}
