package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.AtomicFile;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.checkpoint.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache of compiled programs on disk, because compiling takes seconds. Any number of processes may share the folder:
 * files are written under a temporary name and renamed, and each contains a checksum. The driver executes the files, so
 * nobody but the user may write to the folder. If others can write to it or own it, or if it cannot be used, programs are
 * compiled again each time and one log line says so.
 */
public final class BinaryCache {
    /** System property: the folder of the cache, or {@code none} for no cache. */
    public static final String PROPERTY = "ideal4j.kernel.cache";

    private static final Logger LOG = LoggerFactory.getLogger(BinaryCache.class);
    private static final int MAGIC = 0x69346b31;
    private static final int HASH = 32;

    /** The folder; null for no cache. */
    private final Path folder;

    private BinaryCache(Path folder) {
        this.folder = folder;
    }

    /**
     * Returns the cache in the folder of the options, otherwise in that of the system property, otherwise in
     * {@code ideal4j/kernels} in the user's cache folder.
     */
    public static BinaryCache of(Backends.Options options) {
        if (options.kernelCache() != null) {
            return in(options.kernelCache());
        }
        String chosen = System.getProperty(PROPERTY);
        if ("none".equals(chosen)) {
            return new BinaryCache(null);
        }
        Path folder = chosen != null
                ? Path.of(chosen)
                : cacheHome().resolve("ideal4j").resolve("kernels");
        return in(folder);
    }

    private static Path cacheHome() {
        String home = System.getenv("XDG_CACHE_HOME");
        if (home == null || !Path.of(home).isAbsolute()) {
            home = System.getenv("LOCALAPPDATA");
        }
        return home != null ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache");
    }

    /** Returns a cache in a folder, which is created if it does not exist. */
    public static BinaryCache in(Path folder) {
        try {
            Files.createDirectories(folder.toAbsolutePath().getParent());
            boolean posix =
                    Files.getFileStore(folder.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
            if (!Files.isDirectory(folder)) {
                create(folder, posix);
            }
            if (posix && !isPrivate(folder)) {
                LOG.warn("Compiled kernels are not kept: others than the user may write to {}", folder);
                return new BinaryCache(null);
            }
            return new BinaryCache(folder);
        } catch (IOException | SecurityException e) {
            LOG.warn("Compiled kernels are not kept: {} cannot be used: {}", folder, e.toString());
            return new BinaryCache(null);
        }
    }

    private static void create(Path folder, boolean posix) throws IOException {
        if (posix) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(folder);
        }
    }

    private static boolean isPrivate(Path folder) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(folder);
        return !permissions.contains(PosixFilePermission.GROUP_WRITE)
                && !permissions.contains(PosixFilePermission.OTHERS_WRITE)
                && isOwn(folder);
    }

    /** Whether the administrator or the user of this process owns the folder. A new file belongs to that user. */
    private static boolean isOwn(Path folder) throws IOException {
        UserPrincipal owner = Files.getOwner(folder);
        if (owner.getName().equals("root")) {
            return true;
        }
        Path probe = Files.createTempFile(folder, "owner", null);
        try {
            return Files.getOwner(probe).equals(owner);
        } finally {
            Files.delete(probe);
        }
    }

    /**
     * Returns the key of a program that is made from these parts. The parts must contain everything that the result
     * depends on.
     */
    public static String key(String... parts) {
        MessageDigest digest = Fingerprint.sha256();
        for (String part : parts) {
            byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
            digest.update(Integer.toString(bytes.length).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) ':');
            digest.update(bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the content stored under a key, or null if there is none or it is damaged. */
    public byte[] load(String key) {
        if (folder == null || !Files.isReadable(file(key))) {
            return null;
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file(key))))) {
            boolean known = in.readInt() == MAGIC;
            byte[] hash = in.readNBytes(HASH);
            byte[] content = in.readAllBytes();
            if (known && Arrays.equals(hash, Fingerprint.sha256().digest(content))) {
                return content;
            }
            LOG.debug("The compiled kernels in {} are damaged", file(key));
        } catch (IOException e) {
            LOG.debug("The compiled kernels in {} cannot be read: {}", file(key), e.toString());
        }
        return null;
    }

    /** Stores content under a key, unless the folder cannot be written. */
    public void store(String key, byte[] content) {
        if (folder == null) {
            return;
        }
        byte[] magic = {(byte) (MAGIC >>> 24), (byte) (MAGIC >>> 16), (byte) (MAGIC >>> 8), (byte) MAGIC};
        try {
            AtomicFile.write(file(key), out -> {
                out.write(magic);
                out.write(Fingerprint.sha256().digest(content));
                out.write(content);
            });
        } catch (FileAccessException e) {
            LOG.warn("Compiled kernels are not kept: {}", e.getMessage());
        }
    }

    private Path file(String key) {
        return folder.resolve(key + ".bin");
    }
}
