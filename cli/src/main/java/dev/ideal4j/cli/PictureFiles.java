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
 * Finds images: files as they are, all images below a folder, all that match a glob; each group sorted by name. Links are
 * followed. Hidden files and folders, and files that are not images, are left out and named in a note.
 */
final class PictureFiles {
    private static final String GLOB = "*?[{";

    /** Files that systems put into folders and nobody asks for. */
    private static final Set<String> UNMENTIONED = Set.of(".DS_Store", "Thumbs.db", "desktop.ini");

    private final String argument;
    private final Predicate<Path> wanted;
    private final List<Path> found = new ArrayList<>();
    private final List<Path> others = new ArrayList<>();
    private int hidden;

    private PictureFiles(String argument, Predicate<Path> wanted) {
        this.argument = argument;
        this.wanted = wanted;
    }

    /** As {@link #expand(List, Consumer)}, without notes. */
    static List<Path> expand(List<String> arguments) {
        return expand(arguments, note -> {});
    }

    /**
     * The images that arguments stand for, in the order of the arguments.
     *
     * @param notes hears one line for each argument of whose files some are left out
     * @throws FileAccessException if there is no such file, or no image where one was looked for
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
        if (path != null && Files.isRegularFile(path)) {
            return List.of(path);
        }
        if (path != null && Files.isDirectory(path)) {
            return new PictureFiles(argument, file -> true).find(path, notes);
        }
        if (argument.chars().anyMatch(c -> GLOB.indexOf(c) >= 0)) {
            Path root = Path.of(argument.substring(0, rootLength(argument)));
            PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + argument);
            if (Files.isDirectory(root.toString().isEmpty() ? Path.of(".") : root)) {
                return new PictureFiles(argument, matcher::matches).find(root, notes);
            }
        }
        throw new FileAccessException(argument, "no such file or folder");
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

    private List<Path> find(Path root, Consumer<String> notes) {
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Visitor(root));
        } catch (IOException e) {
            throw new FileAccessException(root, e);
        }
        if (found.isEmpty()) {
            String leftOut = others.isEmpty() ? "" : ", only " + suffixes();
            throw new FileAccessException(argument, "no image there (" + ImageReader.suffixes() + ")" + leftOut);
        }
        if (!others.isEmpty()) {
            notes.accept(argument + ": left out " + files(others.size(), "") + " (" + suffixes()
                    + "); PNG, JPEG, BMP and TIFF are read");
        }
        if (hidden > 0) {
            notes.accept(argument + ": left out " + files(hidden, "hidden "));
        }
        return found.stream().sorted().toList();
    }

    private static String files(int count, String kind) {
        return count + " " + kind + (count == 1 ? "file" : "files");
    }

    /** The suffixes of what is left out; a name where there is none. */
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

        /** Whether a name begins with a dot that the argument itself does not ask for. */
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

        /** A folder that contains itself through a link is passed over; all else is an error. */
        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            if (e instanceof FileSystemLoopException) {
                return FileVisitResult.CONTINUE;
            }
            throw new FileAccessException(file, e);
        }
    }
}
