package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.WorkInterruptedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeSet;

/** Computes SHA-256 of files, weights and texts, as lower-case hexadecimal digits. */
public final class Fingerprint {
    private Fingerprint() {}

    /**
     * Returns the hash of the tensors, independent of the file format. The hash covers the names in the order of their
     * UTF-16 code units, each with its shape and the bits of its float32 values. Reads all tensors one after the other.
     */
    public static String of(Weights weights) {
        MessageDigest digest = sha256();
        for (String name : new TreeSet<>(weights.names())) {
            byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
            Shape shape = weights.shape(name);
            ByteBuffer head = ByteBuffer.allocate((2 + shape.rank()) * Integer.BYTES + utf8.length);
            head.putInt(utf8.length).put(utf8).putInt(shape.rank());
            for (int length : shape.toArray()) {
                head.putInt(length);
            }
            digest.update(head.array());
            FloatBytes.forEach(weights.read(name), (bytes, count) -> {
                WorkInterruptedException.check();
                digest.update(bytes, 0, count);
            });
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Returns the hash of a file's bytes, like {@code sha256sum}.
     *
     * @throws FileAccessException if the file cannot be read
     */
    public static String ofFile(Path file) {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(file)) {
            byte[] piece = new byte[1 << 16];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                digest.update(piece, 0, count);
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the hash of a text in UTF-8. */
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns the hash of some bytes. */
    public static String of(byte[] content) {
        return HexFormat.of().formatHex(sha256().digest(content));
    }

    /** Returns a new digest. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
