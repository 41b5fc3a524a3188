package dev.ideal4j.spark;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Fingerprint;
import dev.ideal4j.core.image.ImageReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RemoteIterator;

/** Reads files: local ones, and files of any file system that Hadoop supports. */
final class Bytes {
    private Bytes() {}

    /**
     * Reads a file.
     *
     * @param file a path or a URI
     * @throws FileAccessException if the file is missing or cannot be read
     */
    static byte[] of(String file, Configuration hadoop) {
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file);
        try (InputStream in = path.getFileSystem(hadoop).open(path)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw FileAccessException.of(Path.of(file), e);
        }
    }

    /** Whether a path or a URI is a folder. */
    static boolean isFolder(String path, Configuration hadoop) {
        try {
            org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(path);
            FileSystem files = folder.getFileSystem(hadoop);
            return files.exists(folder) && files.getFileStatus(folder).isDirectory();
        } catch (IOException e) {
            throw FileAccessException.of(Path.of(path), e);
        }
    }

    /** The files of a folder whose names end in a suffix, as URIs in the order of their names. */
    static List<String> list(String folder, String suffix, Configuration hadoop) {
        try {
            org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(folder);
            return Stream.of(path.getFileSystem(hadoop).listStatus(path))
                    .map(status -> status.getPath().toString())
                    .filter(name -> name.endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileAccessException.of(Path.of(folder), e);
        }
    }

    /**
     * The image files of folders and globs; folders are searched at any depth. Spark's own listing leaves out empty files.
     *
     * @return URIs of the files, sorted and without duplicates
     * @throws InvalidInputException if a name matches nothing
     * @throws FileAccessException if a folder cannot be read
     */
    static List<String> images(List<String> names, Configuration hadoop) {
        TreeSet<String> images = new TreeSet<>();
        for (String name : names) {
            org.apache.hadoop.fs.Path glob = new org.apache.hadoop.fs.Path(name);
            try {
                FileSystem files = glob.getFileSystem(hadoop);
                FileStatus[] found = files.globStatus(glob);
                if (found == null || found.length == 0) {
                    throw new InvalidInputException("--input " + name, "no such file or folder", "images");
                }
                for (FileStatus status : found) {
                    RemoteIterator<LocatedFileStatus> below = files.listFiles(status.getPath(), true);
                    while (below.hasNext()) {
                        org.apache.hadoop.fs.Path file = below.next().getPath();
                        if (ImageReader.hasSuffix(Path.of(file.getName()))) {
                            images.add(file.toString());
                        }
                    }
                }
            } catch (IOException e) {
                throw FileAccessException.of(Path.of(name), e);
            }
        }
        return List.copyOf(images);
    }

    /** Work with a temporary folder. */
    interface Use<T> {
        /** Uses the folder. */
        T with(Path folder) throws IOException;
    }

    /** Creates a temporary folder for some work, and deletes it with its files afterwards. */
    static <T> T withFolder(Use<T> use) {
        try {
            Path folder = Files.createTempDirectory("ideal4j-spark");
            try {
                return use.with(folder);
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted(Comparator.reverseOrder())
                            .forEach(file -> file.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A SHA-256 over texts and bytes, by which executors recognise content that they have already. */
    static String sha256(Object... parts) {
        MessageDigest digest = Fingerprint.sha256();
        for (Object part : parts) {
            byte[] bytes = part instanceof byte[] raw ? raw : part.toString().getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
