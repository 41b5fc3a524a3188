package dev.ideal4j.core.checkpoint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Makes files by hand, also such as no honest program writes. */
final class Crafted {
    private Crafted() {}

    /** A pickle in an assembler of sorts: characters are opcodes or text as they stand; ints are bytes. */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer value) {
                out.write(value);
            } else if (part instanceof byte[] bytes) {
                out.writeBytes(bytes);
            } else {
                out.writeBytes(part.toString().getBytes(StandardCharsets.UTF_8));
            }
        }
        return out.toByteArray();
    }

    static byte[] int32(int value) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
    }

    static byte[] int64(long value) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
    }

    /** Pushes text. */
    static byte[] text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return bytes("X", int32(utf8.length), utf8);
    }

    /** Pushes an int. */
    static byte[] number(long value) {
        return bytes(0x8a, 8, int64(value));
    }

    /** Pushes a tensor of float32 over storage {@code key}. */
    static byte[] tensor(String key, long elements, long first, long[] size, long[] stride) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(bytes("ctorch._utils\n_rebuild_tensor_v2\n((", text("storage"), "ctorch\nFloatStorage\n"));
        out.writeBytes(bytes(text(key), text("cpu"), number(elements), "tQ", number(first), "("));
        for (long length : size) {
            out.writeBytes(number(length));
        }
        out.writeBytes(bytes("t("));
        for (long step : stride) {
            out.writeBytes(number(step));
        }
        out.writeBytes(bytes("t", 0x89, "}tR"));
        return out.toByteArray();
    }

    /** A whole pickle of one dict, its items already pushed pairwise by {@code items}. */
    static byte[] dict(Object... items) {
        return bytes(0x80, 2, "}(", bytes(items), "u.");
    }

    /** A checkpoint of this pickle and of storage 0 with {@code floats} zeros. */
    static Path checkpoint(Path file, byte[] pickle, int floats) {
        return zip(file, ZipEntry.STORED, Map.of("a/data.pkl", pickle, "a/data/0", new byte[4 * floats]));
    }

    /** A zip archive, either kind of entry, with right checksums. */
    static Path zip(Path file, int method, Map<String, byte[]> entries) {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (Map.Entry<String, byte[]> each : entries.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setMethod(method);
                entry.setTime(0);
                if (method == ZipEntry.STORED) {
                    CRC32 checksum = new CRC32();
                    checksum.update(each.getValue());
                    entry.setCrc(checksum.getValue());
                    entry.setSize(each.getValue().length);
                }
                zip.putNextEntry(entry);
                zip.write(each.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    /** The entries of an archive by name. */
    static Map<String, byte[]> unzip(Path file) throws IOException {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return entries;
    }

    /** A safetensors file with this header. */
    static Path safetensors(Path file, String header, int dataBytes) {
        return write(file, bytes(int64(header.getBytes(StandardCharsets.UTF_8).length), header, new byte[dataBytes]));
    }

    /** Writes over what is there: some file systems go to the disk at once when a file is emptied and written anew. */
    static Path write(Path file, byte[] content) {
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(content);
            out.setLength(content.length);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
